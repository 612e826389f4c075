"""The shape of the house: floors without circles, small functions, files and names."""

from tests import shape

MOST_FLOORS = 9
MOST_FUNCTION_LINES, MOST_FILE_LINES = 50, 300
MOST_OF_ONE_WORD = 0.35
"""The bars of issue 12; `make shape` prints how it stands."""


def test_no_package_of_the_chassis_leads_back_to_itself() -> None:
    assert shape.find_circles(shape.find_arrows()) == []


def test_the_chassis_has_few_floors() -> None:
    assert len(shape.find_floors(shape.find_arrows())) <= MOST_FLOORS


def test_no_function_is_longer_than_a_screen() -> None:
    functions = shape.find_functions(shape.all_files())
    assert [f for f in functions if f.lines > MOST_FUNCTION_LINES] == []


def test_no_file_is_longer_than_it_can_be_of_one_purpose() -> None:
    files = shape.all_files()
    assert [p for p in files if shape.count_lines([p]) > MOST_FILE_LINES] == []


def test_most_functions_are_named_by_a_verb_and_a_noun() -> None:
    functions = list(shape.find_functions(shape.all_files()))
    of_one_word = [function for function in functions if function.has_one_word]
    assert len(of_one_word) <= MOST_OF_ONE_WORD * len(functions)


def test_no_line_is_kept_from_the_formatter() -> None:
    assert [p for p in shape.all_files() if "# fmt:" in p.read_text("utf-8")] == []
