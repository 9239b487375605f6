"""How many lines an app may print before those that follow are not kept."""

from sh0.logs.admission import BURST, RATE, TOTAL, Admission


def test_an_app_may_print_much_at_once_and_then_its_rate() -> None:
    admission = Admission()
    admission.spend("shop", BURST - 1, 0.0)
    assert not admission.is_over("shop", 0.0)
    admission.spend("shop", 1, 0.0)
    assert admission.is_over("shop", 0.0)
    assert not admission.is_over("shop", 0.01)


def test_ten_thousand_lines_a_second_are_kept_whole() -> None:
    admission = Admission()
    for second in range(100):
        assert not admission.is_over("shop", float(second))
        admission.spend("shop", 10_000, float(second))


def test_one_that_prints_without_end_takes_nothing_from_another() -> None:
    admission = Admission()
    admission.spend("loud", 10 * BURST, 0.0)
    admission.spend("quiet", 100, 0.0)
    assert admission.is_over("loud", 1.0)
    assert not admission.is_over("quiet", 1.0)


def test_many_that_print_without_end_share_what_there_is() -> None:
    admission, kept = Admission(), 0
    names = [f"app-{number}" for number in range(10)]
    for name in names:
        admission.spend(name, BURST, 0.0)
    for tenth in range(1, 101):
        for name in names:
            if not admission.is_over(name, tenth / 10):
                admission.spend(name, 500, tenth / 10)
                kept += 500
    assert TOTAL * 9 < kept <= TOTAL * 10 + 500 * len(names)
    assert kept < RATE * 10 * len(names)
