"""Somebody who looks at an app all the time, and notes what does not answer as it should."""

import http.client
import threading
from typing import Self

_PAUSE = 0.1  # seconds between two requests


class Visitor:
    """Asks an app again and again, from its first good answer on.

    Args:
        host: Its host name.
        port: The platform's port for HTTP.

    Attributes:
        served: Good answers.
        wrong: What else there was after the first one.
    """

    def __init__(self, host: str, port: int) -> None:
        self.served, self.wrong = 0, list[str]()
        self._host, self._port, self._gone = host, port, threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        self._thread.join()

    def _visit(self) -> None:
        while not self._gone.wait(_PAUSE):
            status = self._answer()
            if status == "200":
                self.served += 1
            elif self.served:
                self.wrong.append(status)

    def _answer(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("GET", "/", headers={"Host": self._host})
            return str(connection.getresponse().status)
        except OSError as error:
            return repr(error)
        finally:
            connection.close()
