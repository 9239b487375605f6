"""Which numbers the user of an image has."""

import pytest

from sh0.adapters.docker.image_user import UserFiles, image_user

TEXTS = {
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\napp:x:1234:1235::/home/app:/bin/sh\nbroken\nodd:x:many:1::/:/\n",
    "/etc/group": "root:x:0:\nweb:x:50:app\nbroken\n",
}
FILES = UserFiles(lambda path: TEXTS.get(path, ""))


@pytest.mark.parametrize(
    ("user", "numbers"),
    [
        ("app", (1234, 1235)),
        ("1234", (1234, 1235)),
        ("app:web", (1234, 50)),
        ("app:7", (1234, 7)),
        ("999", (999, 0)),
        ("999:998", (999, 998)),
        ("nobody", None),
        ("app:none", None),
        ("odd", None),
    ],
)
def test_a_user_has_the_numbers_that_the_image_gives(user: str, numbers: tuple[int, int] | None) -> None:
    assert image_user(user, FILES) == numbers


def test_an_image_without_lists_has_numbers_only() -> None:
    assert image_user("app", UserFiles(lambda path: "")) is None
    assert image_user("5:6", UserFiles(lambda path: "")) == (5, 6)
