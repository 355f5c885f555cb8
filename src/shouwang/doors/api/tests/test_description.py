"""
The description fits the house: schemathesis reads the OpenAPI document and asks what it promises, rightly and wrongly.

Nothing breaks, every answer is one that was described, and what needs proof is refused without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from allauth.mfa.models import Authenticator
from django.core import signals
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shouwang.apps.units.models import Officer
from shouwang.doors.api.interface import api
from shouwang.doors.api.keys import make_key
from tests.cast import MONDAY, Cast, consultation

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
APP = get_wsgi_application()
OPERATIONS = [
    (method.upper(), path) for path, operations in api.get_openapi_schema()["paths"].items() for method in operations
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A server closes its connection after each request; here it is the test's own."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def schema(cast: Cast) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", APP)


@pytest.fixture
def proofs(cast: Cast) -> dict[str, dict[str, str]]:
    """A code of one matter and a key that may write, by the beginning of an address."""
    opened = consultation(cast)
    Authenticator.objects.create(user=cast.chen.user, type=Authenticator.Type.TOTP, data={"secret": ""})
    key, _row = make_key(Officer.objects.get(pk=cast.chen.pk), label="fuzz", may_write=True, days=30, at=MONDAY)
    number = opened.matter.number
    return {
        "code": {"X-Tracking-Code": opened.code},
        "key": {"Authorization": f"Bearer {key}"},
        "number": {"is": number},
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda one: one)
def test_whatever_is_sent_the_answer_is_one_that_was_described(
    method: str, path: str, schema: Any, proofs: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    operation = schema[path][method]
    shown = proofs["key"] if "/desk/" in path else proofs["code"] if "{number}" in path else {}
    known = proofs["number"]["is"]

    @settings(max_examples=20, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)))
    def ask(case: Any) -> None:
        cache.clear()
        if case.path_parameters and "number" in case.path_parameters and len(str(case.body)) % 2:
            case.path_parameters["number"] = known
        with transaction.atomic():
            case.call_and_validate(app=APP, headers=shown, checks=CHECKS)
            transaction.set_rollback(True)

    ask()


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda one: one)
def test_what_needs_proof_is_refused_without_it(method: str, path: str, schema: Any) -> None:
    operation = schema[path][method]
    if not operation.definition.raw.get("security"):
        assert "{number}" not in path
        assert "/desk/" not in path
        return

    @settings(max_examples=5, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        for proof in ("X-Tracking-Code", "Authorization"):
            (case.headers or {}).pop(proof, None)
        answer = case.call(app=APP)
        assert answer.status_code == 401
        case.validate_response(answer, checks=[response_schema_conformance])

    ask()
