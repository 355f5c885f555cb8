"""QR codes on paper."""

from __future__ import annotations

import qrcode

#: A code that holds more than this has no text below it, is printed larger, and mends less.
LONGEST_SHOWN = 120
LEAST_MM, MODULE_MM = 28, 0.5


def code_of(holds: str) -> tuple[qrcode.QRCode, int]:
    """The code with the quiet edge that scanners need, and how wide it is printed, in mm."""
    mend = qrcode.ERROR_CORRECT_M if len(holds) <= LONGEST_SHOWN else qrcode.ERROR_CORRECT_L
    # Any of the eight masks can be read; trying them all for the prettiest takes as long as setting the page.
    code = qrcode.QRCode(border=2, mask_pattern=3, error_correction=mend)
    code.add_data(holds)
    code.make(fit=True)
    return code, max(LEAST_MM, round((code.modules_count + 4) * MODULE_MM))


def shown_below(holds: str) -> str:
    """What stands below a code: the text it holds, when somebody might type it."""
    return holds if len(holds) <= LONGEST_SHOWN else ""
