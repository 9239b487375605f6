"""A page that says which version of it runs, and where."""

import os
import socket
from pathlib import Path

from flask import Flask

app = Flask(__name__)
VERSION_FILE = Path(__file__).with_name("version.txt")
VERSION = VERSION_FILE.read_text().strip() if VERSION_FILE.exists() else "0"


@app.get("/")
def page() -> str:
    greeting = os.environ.get("GREETING", "Hello from sh0")
    return f"{greeting}: version {VERSION}, served by {socket.gethostname()}\n"
