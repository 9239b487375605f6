"""The worker: it computes the digests of new pictures."""

import hashlib
import signal
import threading

from django.core.management.base import BaseCommand

from album.models import Picture


class Command(BaseCommand):
    """``python manage.py work``."""

    help = "Compute the digests of new pictures, until it is asked to end."

    def handle(self, **options: object) -> None:
        """Look for pictures without a digest, every second."""
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        self.stdout.write("waiting for pictures")
        while not ended.wait(1):
            for picture in Picture.objects.filter(digest=""):
                with picture.file.open() as content:
                    digest = hashlib.file_digest(content, "sha256").hexdigest()
                Picture.objects.filter(pk=picture.pk).update(digest=digest)
                self.stdout.write(f"{picture}: {digest[:12]}")
