"""The way from what runs to what is wanted, before anything is sent."""

from sh0.adapters.haproxy.layout import Layout
from sh0.adapters.haproxy.plan import Running, certificate_changes, plan
from sh0.adapters.haproxy.render import pem
from sh0.adapters.haproxy.state import Entry, Server
from sh0.ports.proxy import Backend, Routes, ServerCertificate, Upstream
from sh0.values import Secret

LAYOUT = Layout(folder="/f", uid=0, gid=0)
ONE, TWO = Upstream("one", "10.0.0.1", 80), Upstream("two", "10.0.0.2", 80)
RUNNING = Running((Server(1, "one:10.0.0.1:80", live=True, passed=True),), {"a.test": "1"}, {})
CERTIFICATE = ServerCertificate("c", ("a.test",), "chain", Secret("key"))


def test_nothing_to_do_is_an_empty_plan() -> None:
    steps = plan(Routes((Backend(1, "a", (ONE,)),), {"a.test": 1}), RUNNING, LAYOUT)
    assert (steps.new, steps.returning, steps.names, steps.leaving) == ((), (), (), ())


def test_a_new_upstream_is_added_and_the_old_one_leaves() -> None:
    steps = plan(Routes((Backend(1, "a", (TWO,)),), {"a.test": 1}), RUNNING, LAYOUT)
    assert steps.new == ((1, TWO),)
    assert [server.name for server in steps.leaving] == ["one:10.0.0.1:80"]


def test_a_server_that_drains_returns_instead_of_being_added_again() -> None:
    running = Running((Server(1, "one:10.0.0.1:80", live=False, passed=True),), {"a.test": "1"}, {})
    steps = plan(Routes((Backend(1, "a", (ONE,)),), {"a.test": 1}), running, LAYOUT)
    assert (steps.new, steps.opening) == ((), ("slot1/one:10.0.0.1:80",))


def test_host_names_are_added_and_changed_before_others_are_removed() -> None:
    running = Running((), {"a.test": "1", "b.test": "1"}, {})
    steps = plan(Routes(hosts={"b.test": 2, "c.test": 1}), running, LAYOUT)
    assert [command.text for command in steps.names] == [
        "set map /f/hosts.map b.test 2",
        "add map /f/hosts.map c.test 1",
        "del map /f/hosts.map a.test",
    ]


def texts(routes: Routes, *entries: Entry, loaded: dict[str, str] | None = None) -> list[str]:
    store = frozenset({"/f/fallback.pem", *(entry.path for entry in entries)})
    fallback = Entry("/f/fallback.pem:1", "/f/fallback.pem", ())
    return [step.text for step in certificate_changes(routes, (fallback, *entries), store, loaded or {}, LAYOUT)]


def test_a_new_certificate_is_stored_and_listed() -> None:
    path = "/f/certificates/c.pem"
    assert texts(Routes(certificates=(CERTIFICATE,))) == [
        f"new ssl cert {path}",
        f"set ssl cert {path}",
        f"commit ssl cert {path}",
        "add ssl crt-list /f/certificates.list",
    ]


def test_a_certificate_that_is_loaded_is_left_alone() -> None:
    path = "/f/certificates/c.pem"
    entry = Entry(f"{path}:2", path, ("a.test",))
    assert texts(Routes(certificates=(CERTIFICATE,)), entry, loaded={path: pem(CERTIFICATE)}) == []


def test_a_certificate_for_other_names_is_listed_before_its_old_entry_goes() -> None:
    path = "/f/certificates/c.pem"
    entry = Entry(f"{path}:2", path, ("old.test",))
    assert texts(Routes(certificates=(CERTIFICATE,)), entry, loaded={path: pem(CERTIFICATE)}) == [
        "add ssl crt-list /f/certificates.list",
        f"del ssl crt-list /f/certificates.list {path}:2",
    ]


def test_an_unwanted_certificate_is_unlisted_and_dropped() -> None:
    path = "/f/certificates/c.pem"
    assert texts(Routes(), Entry(f"{path}:2", path, ("a.test",))) == [
        f"del ssl crt-list /f/certificates.list {path}:2",
        f"del ssl cert {path}",
    ]
