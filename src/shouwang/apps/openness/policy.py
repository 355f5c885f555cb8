"""Who may write for the public, and why."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.openness.models import Digest
from shouwang.apps.openness.readable import EDITORS
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no, rule, yes


@rule("openness.digests", gettext_lazy("编写“大家提的，后来怎样了”"))
def may_write_digests(officer: Officer) -> Verdict:
    """Community officers, chiefs and the bureau write for the public; others may for a community that is theirs."""
    if officer.roles & EDITORS:
        return yes(_("社区民警、所长和分局可以编写。"))
    if officer.communities.exists():
        return yes(_("您负责一个社区。"))
    return no(_("只有社区民警、所长和分局可以编写公开的汇总。"))


def may_edit(officer: Officer, digest: Digest) -> Verdict:
    """The answer for one digest; the list is `Digest.objects.editable_by`."""
    if not officer.active:
        return no(_("您已不在岗。"))
    if officer.roles_for(digest.unit) & EDITORS:
        return yes(_("您在%(unit)s负责社区工作或带队。") % {"unit": digest.unit.called})
    if digest.community and digest.community.officer_id == officer.pk:
        return yes(_("%(community)s是您负责的社区。") % {"community": digest.community.called})
    return no(_("这一份由%(unit)s的社区民警或所长编写。") % {"unit": digest.unit.called})
