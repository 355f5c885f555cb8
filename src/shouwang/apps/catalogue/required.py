"""What the law wants to be public, with its words in the reader's language, and the cadence of an item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.catalogue.freshness import Because, Cadence, Known, Standing, standing
from shouwang.apps.catalogue.models import Item, State
from shouwang.apps.matters.clock import calendar, rulebook
from shouwang.engines.clocks import Term
from shouwang.engines.law import Confidence, Every, Publication
from shouwang.engines.law import Unit as Measure

#: How soon a change of what the station adds by itself is published, too (政府信息公开条例 art. 26).
USUAL_WITHIN = "gi-proactive"


def publications() -> dict[str, Publication]:
    return dict(rulebook().publications)


def called(one: Publication) -> str:
    return one.name_en if get_language() == "en" else one.name_zh


def says(one: Publication) -> str:
    return one.says_en if get_language() == "en" else one.says_zh


def source_of(item: Item) -> str:
    """On what it rests: instruments and articles, or the station's own words."""
    one = rulebook().publications.get(item.kind)
    if one is None:
        return item.source
    english, book, places = get_language() == "en", rulebook(), []
    for cited in one.sources:
        instrument = book.instruments[cited.instrument]
        name = instrument.name_en if english else f"《{instrument.name_zh}》"
        article = (
            f" art. {cited.article}"
            if english
            else _("第%(article)s条") % {"article": cited.article.replace(",", "、")}
        )
        places.append(name + (article if cited.article else ""))
    return ("; " if english else "；").join(places)


def unsure(item: Item) -> bool:
    """Whether the text behind it was not read in full."""
    one = rulebook().publications.get(item.kind)
    return one is not None and one.confidence != Confidence.CONFIRMED


def cadence_of(item: Item, on: date) -> Cadence:
    one = rulebook().publications.get(item.kind)
    rule = rulebook().rule(one.within if one else USUAL_WITHIN, on=on)
    within = (
        Term.of(rule) if rule.limit else Term(1, Measure.WORKING_DAYS)
    )  # “at once” is the next working day at the latest
    return Cadence(Every(item.every), item.renew, within)


def how_it_stands(item: Item, today: date) -> Standing:
    """The freshness of an item that came by `for_lists`."""

    def local(at: datetime | None) -> datetime | None:
        return timezone.localtime(at) if at else None

    known = Known(
        timezone.localtime(item.made_at),
        local(item.changed_at) if item.state != State.DRAFT else None,
        local(item.reviewed_at),
        tuple(timezone.localtime(need.at) for need in item.open_needs),
    )
    return standing(cadence_of(item, today), known, today=today, calendar=calendar())


def missing_at(items: Iterable[Item]) -> list[Publication]:
    """What the law wants and none of these items gives."""
    there = {item.kind for item in items}
    return [one for key, one in rulebook().publications.items() if key not in there]


def why(stands: Standing) -> str:
    """What the day rests on, in a sentence."""
    return {
        Because.UNPUBLISHED: _("还没有公开过"),
        Because.NEEDED: _("情况变了，内容要跟着改"),
        Because.RENEW: _("该有新的一期了"),
        Because.REVIEW: _("该核对还对不对了"),
    }[stands.because]
