import re

from tests.cli.conftest import CHECKOUT
from tools import cli_reference


def test_the_reference_is_what_the_commands_say_of_themselves() -> None:
    assert cli_reference.REFERENCE.read_text(encoding="utf-8") == cli_reference.text(), (
        "a command has changed; write it again with: python tools/cli_reference.py"
    )


def test_every_exit_code_of_the_design_stands_in_the_reference_and_in_a_test() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", cli_reference.text(), re.MULTILINE)}
    tested = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests" / "cli").glob("test_*.py"))

    assert codes >= {0, 1, 2, 3, 64, 75}
    for code in codes:
        assert re.search(rf"def test_\w*exits?_(?:code_is_)?{code}\b|== {code}\b|\({code}, ", tested), code
