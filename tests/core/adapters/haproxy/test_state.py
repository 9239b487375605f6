"""Answers of HAProxy's runtime API as values."""

import pytest

from sh0.adapters.haproxy import state
from sh0.adapters.haproxy.state import Entry, Processes, Server
from sh0.ports.proxy import BackendFigures

SERVERS = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state ...\n"


def line(
    backend: str = "slot1", name: str = "a:10.0.0.1:80", *, admin: int = 0, check: int = 6, result: int = 3
) -> str:
    """A line of `show servers state`."""
    return f"4 {backend} 1 {name} 10.0.0.1 2 {admin} 1 1 1 {check} {result} 10 6 0 0 0 - 80 - 0 0 - - 0\n"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (line(), (True, True, True)),
        (line(admin=0x08), (False, True, True)),  # it drains
        (line(admin=0x01), (False, True, True)),  # in maintenance
        (line(admin=0x20), (False, True, True)),  # in maintenance since the configuration
        (line(admin=0x04), (True, True, True)),
        (line(result=2), (True, False, True)),
        (line(result=4), (True, False, True)),
        (line(check=0, result=0), (True, False, False)),
        (line(check=1, result=0), (True, False, False)),
        (line(check=2, result=0), (True, False, True)),
    ],
)
def test_a_server_is_live_passed_and_checked_or_not(given: str, found: tuple[bool, bool, bool]) -> None:
    live, passed, checked = found
    assert state.servers(SERVERS + given) == (Server(1, "a:10.0.0.1:80", live=live, passed=passed, checked=checked),)


def test_servers_of_backends_that_are_no_slots_are_left_out() -> None:
    answer = (
        SERVERS
        + line("next_http")
        + line("slot")
        + line("slotx")
        + line("myslot1")
        + line("slot12", "b")
        + "\n4 slot1 1 a\n"
    )
    [server] = state.servers(answer)
    assert (server.slot, server.name, server.path) == (12, "b", "slot12/b")


def test_connections_are_counted_by_server() -> None:
    answer = "# bkname/svname bkid/svid addr port - purge used_cur used_max\nslot1/a 4/1 x 80 - 5000 7 9\n\nslot1/b 4\n"
    assert state.connections(answer) == {"slot1/a": 7}


def test_sessions_have_their_servers() -> None:
    answer = (
        "0x1: proto=tcpv4 src=10.0.0.9:1 fe=web be=slot1 srv=a ts=00\n"
        "0x2: proto=tcpv4 fe=web be=slot1 ts=00\n"
        "0x3: proto=unix fe=GLOBAL srv=a\n"
        "\n"
    )
    assert state.sessions(answer) == {"0x1": "slot1/a"}


@pytest.mark.parametrize(
    ("answer", "count"), [("# name\nweb\nslot2\nslot64\nslot9\nslot0\n", 64), ("# name\nweb\n", 0), ("", 0)]
)
def test_as_many_backends_are_prepared_as_the_highest_number_says(answer: str, count: int) -> None:
    assert state.slots(answer) == count


def test_a_map_leads_host_names_to_slots() -> None:
    assert state.map_entries("0x1 a.test 1\n0x2 b.test 2\n0x3 odd\n") == {"a.test": "1", "b.test": "2"}


def test_the_list_of_certificates_has_ids_files_and_names() -> None:
    answer = "# /f/certificates.list\n/f/a.pem:3 b.test a.test\n/f/fallback.pem:1\n"
    assert state.certificate_entries(answer) == (
        Entry("/f/a.pem:3", "/f/a.pem", ("a.test", "b.test")),
        Entry("/f/fallback.pem:1", "/f/fallback.pem", ()),
    )


@pytest.mark.parametrize(
    ("answer", "files", "pending"),
    [
        ("# transaction\n*/f/a.pem\n# filename\n/f/a.pem\n/f/b.pem\n", {"/f/a.pem", "/f/b.pem"}, "/f/a.pem"),
        ("# filename\n/f/a.pem\n", {"/f/a.pem"}, None),
        ("", set(), None),
    ],
)
def test_the_store_has_files_and_the_one_that_is_not_committed(
    answer: str, files: set[str], pending: str | None
) -> None:
    assert state.certificate_store(answer) == (frozenset(files), pending)


@pytest.mark.parametrize(
    ("name", "value"), [("Pid", "7"), ("Uptime", "0d 0h00m:33"), ("Node", ""), ("Missing", ""), ("Up", "")]
)
def test_a_field_of_the_process_has_its_value(name: str, value: str) -> None:
    assert state.field("Name: HAProxy\nPid: 7\nUptime:  0d 0h00m:33 \nNode:\n", name) == value


WORKERS = (
    "#<PID>          <type>          <reloads>       <uptime>        <version>\n"
    "1               master          2 [failed: 1]   0d00h00m33s     2.6.12\n"
    "# workers\n91 worker 0 0d00h00m00s 2.6.12\n# old workers\n33 worker 1 0d00h00m33s 2.6.12\n12 worker 2 x\n"
    "# programs\n5 program 0 x\n7 odd\n"
)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (WORKERS, Processes(91, (33, 12), 1)),
        (WORKERS.replace(" [failed: 1]", ""), Processes(91, (33, 12), 0)),
        ("1 master 0 0d 2.6\n", Processes(0, (), 0)),
        ("5 program 0 [failed: 3] x\n", Processes(0, (), 0)),
        ("", Processes(0, (), 0)),
    ],
)
def test_the_master_has_a_worker_older_ones_and_failed_reloads(answer: str, found: Processes) -> None:
    assert state.processes(answer) == found


def test_figures_are_those_of_backends_that_are_slots() -> None:
    answer = (
        "# pxname,svname,scur,req_tot,hrsp_5xx\n"
        "web,FRONTEND,1,2,3\nslot1,a,1,2,3\nslot1,BACKEND,4,9,5\nslot2,BACKEND,,,\nnext_http,BACKEND,1,2,3\n"
    )
    assert state.figures(answer) == (
        BackendFigures(1, requests=9, errors=5, current=4),
        BackendFigures(2, requests=0, errors=0, current=0),
    )
