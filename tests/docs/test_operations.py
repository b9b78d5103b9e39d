"""Every fault in docs/operations.md has the test that it names, and every fault that is tested is told there."""

import re

from documents import ROOT

TOLD = re.findall(r"`(test_\w+)` \|$", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE)


def modules(within: str) -> str:
    """The text of all test modules of some folders."""
    return "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests").glob(f"{within}/test_*.py")))


def test_every_fault_names_a_test_that_is_there() -> None:
    assert TOLD
    assert [name for name in TOLD if f"def {name}(" not in modules("*")] == []


def test_every_fault_that_is_tested_is_told() -> None:
    untold = set(re.findall(r"def (test_\w+)\(", modules("faults"))) - set(TOLD)
    assert untold == {
        "test_a_damaged_store_is_not_served",
        "test_a_few_requests_at_once_are_answered_in_order",
        "test_what_is_no_http_is_a_problem_document",
    }
