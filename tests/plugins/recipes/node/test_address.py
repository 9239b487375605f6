"""Where a JavaScript server listens, by the arguments of its call."""

import pytest

from sh0_plugins.recipes.node.address import listens_locally

_CONDITION = "const host = 'RENDER' in process.env ? '0.0.0.0' : 'localhost';\n"


@pytest.mark.parametrize(
    "text",
    [
        "app.listen(3000, '127.0.0.1');",
        "app.listen(process.env.PORT || 3000, 'localhost', () => console.log('host'));",
        "server.listen({ port: 3000, host: 'localhost' });",
        "server.listen({ port: f(1, 2), host: `::1` })",
        "const options = { port: 1, host: 'localhost' };\nserver.listen(options);",
        f"{_CONDITION}server.listen({{ host, port: 3000 }});",
        f"{_CONDITION}server.listen({{ host: host, port: 3000 }});",
        f"{_CONDITION}server.listen(3000, host);",
        "const HOST = process.env.RENDER\n  ? '0.0.0.0'\n  : 'localhost'\napp.listen(80, HOST)",
        "const server = Hapi.server({ port: 3000, host: 'localhost' });",
        "Bun.serve({ hostname: '127.0.0.1', fetch() {} })",
        'Deno.serve({ hostname: "localhost", port: 1 }, handler)',
    ],
)
def test_the_local_address_is_seen(text: str) -> None:
    assert listens_locally(text)


@pytest.mark.parametrize(
    "text",
    [
        "app.listen(3000);",
        "app.listen(3000, '0.0.0.0');",
        "app.listen(3000, () => console.log('http://localhost:3000'));",
        "app.listen(3000, function () { console.log('localhost') });",
        "const done = () => log('localhost');\napp.listen(3000, done);",
        "app.listen({ port: 3000, host: '::' });",
        "const host = process.env.HOST || 'localhost';\napp.listen({ port: 1, host });",
        "app.listen(80, process.env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1');",
        "// app.listen(3000, 'localhost')\napp.listen(3000);",
        "const db = connect('localhost'); app.listen(3000);",
        "Bun.serve({ fetch() { return fetch('http://localhost') } })",
    ],
)
def test_any_other_address_is_not(text: str) -> None:
    assert not listens_locally(text)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("f.listen({port: process.env.PORT || 3000})", True),
        ("const host = 1; f.listen({port: 3000})", True),
        ("f.listen(3000, (err, address) => {})", True),
        ("f.listen({port: 3000, host: '0.0.0.0'})", False),
        ("f.listen({port: 3000, host: process.env.HOST})", False),
        ("f.listen(3000, '0.0.0.0')", False),
        ("f.listen({...options})", False),
    ],
)
def test_a_framework_that_is_local_by_default_is_seen_where_no_host_is_named(text: str, local: bool) -> None:
    assert listens_locally(text, by_default=True) is local
