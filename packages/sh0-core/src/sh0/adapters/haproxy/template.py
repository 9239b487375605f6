"""The part of haproxy.cfg that routes do not change, as templates of `str.format`.

Times follow from what apps do: event streams and WebSockets stay silent for long, so only the reading of a
request's head, connecting, and idle keep-alive connections are kept short. Bodies are never buffered.

A check closes its connection properly (`linger`): a reset would leave a line in the log of many an app.
"""

GLOBAL = """\
# Written by sh0 with every change. Edits are overwritten.
global
    description sh0-{mark}
    uid {worker}
    gid {worker}
    maxconn {max_connections}
    stats socket {runtime_socket} mode 600 uid {uid} gid {gid} level admin expose-fd listeners
    stats timeout 1m
    hard-stop-after 12h
    noreuseport
    max-spread-checks 10
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
    tune.ssl.default-dh-param 2048
    tune.bufsize {buffer}
    tune.http.maxhdr {most_headers}

defaults
    mode http
    timeout connect 5s
    timeout http-request 30s
    timeout http-keep-alive 75s
    timeout queue 30s
    timeout client 1h
    timeout server 1h
    timeout tunnel 24h
    timeout client-fin 30s
    timeout server-fin 30s
    option http-keep-alive
    option idle-close-on-response
    option dontlognull
    option redispatch 1
    option tcp-check
    tcp-check connect linger
    http-reuse safe
    balance roundrobin
    retries 4
    retry-on conn-failure
    http-error status 502 content-type text/plain string "No whole answer came from the app: it ended too early, is no \
HTTP, or has headers of more than {answer_limit} KiB.\\n"
    http-error status 503 content-type text/plain string "No instance of the app runs.\\n" hdr Retry-After 5
    http-error status 504 content-type text/plain string "The app did not answer in time.\\n"
"""

# The buffer is larger than the limit, so that what exceeds the limit can still be answered.
_LIMITS = """\
    http-request set-var(txn.line) url,length
    http-request set-var(txn.head) req.hdrs,length,add(txn.line)
    http-request return status 414 content-type text/plain string "The URL is longer than {header_limit} KiB.\\n" \
if {{ var(txn.line) -m int gt {header_bytes} }}
    http-request return status 431 content-type text/plain string "The request's headers are larger than \
{header_limit} KiB.\\n" if {{ var(txn.head) -m int gt {header_bytes} }}
    http-request return status 431 content-type text/plain string "The request has more than {header_lines} \
headers.\\n" if {{ req.fhdr_cnt gt {header_lines} }}
"""

# A worker that a reload has replaced knows old routes only: what a kept connection still brings it goes on to the
# worker that replaced it, over a unix socket and with the client's address.
_HOST = """\
    http-request set-var(txn.authority) req.fhdr(host),lower
    acl one_host req.fhdr_cnt(host) eq 1
    acl host_is_name var(txn.authority) -m reg {host_pattern}
    acl host_has_port var(txn.authority) -m sub :
    http-request return status 400 content-type text/plain string "The Host is a name and perhaps a port.\\n" \
unless one_host host_is_name {{ var(txn.authority) -m len 1:{longest_host} }} !{{ url -m reg '^[^/?#]*://[^/?#]*@' }}
    acl known var(txn.slot) -m found
    acl replaced stopping
    http-request set-var(txn.host) var(txn.authority),field(1,:),rtrim(.)
    http-request set-var(txn.slot) var(txn.host),map({hosts})
    http-request return status 404 content-type text/plain string "no app for this host name\\n" \
unless known or replaced
"""

# Whatever a client claims about itself is dropped before the truth is set, and the app is given what was looked up.
_HEADERS = """\
    http-request set-uri %[pathq] if {{ url -m reg ^[A-Za-z][A-Za-z0-9+.-]*:// }}
    http-request del-header {claim} -m reg
    http-request set-header Connection upgrade if {{ req.hdr(upgrade) -m found }}
    http-request del-header connection unless {{ req.hdr(upgrade) -m found }}
    http-request set-var(txn.authority) var(txn.host) unless host_has_port
    http-request set-var(txn.authority) var(txn.authority),regsub([.]:,:) if host_has_port
    http-request set-header Host %[var(txn.authority)]
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Real-IP %[src]
    http-request set-header X-Forwarded-Host %[var(txn.authority)]
    http-request set-header X-Forwarded-Port %[dst_port]
"""

FRONTENDS = (
    "\nfrontend http\n    bind {http}\n    bind unix@{next_http} {next_options}\n"
    + _LIMITS
    + _HOST
    + "    acl https_only var(txn.host),map({https_only}) -m found\n"
    "    http-request redirect prefix https://%[var(txn.host)]{https_suffix} code 308 if https_only !replaced\n"
    + _HEADERS
    + "    http-request set-header X-Forwarded-Proto http\n"
    "    use_backend next_http if replaced\n    use_backend slot%[var(txn.slot)]\n"
    "\nfrontend https\n    bind {https} ssl crt-list {certificates} alpn h2,http/1.1\n"
    "    bind unix@{next_https} {next_options}\n"
    + _LIMITS
    + _HOST
    + _HEADERS
    + "    http-request set-header X-Forwarded-Proto https\n"
    "    use_backend next_https if replaced\n    use_backend slot%[var(txn.slot)]\n"
    "\nbackend next_http\n    server next unix@{next_http} send-proxy-v2\n"
    "\nbackend next_https\n    server next unix@{next_https} send-proxy-v2\n"
)
