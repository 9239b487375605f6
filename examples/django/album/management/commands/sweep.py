"""The nightly job: it removes files that belong to no picture."""

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from album.models import Picture


class Command(BaseCommand):
    """``python manage.py sweep``."""

    help = "Remove uploaded files that belong to no picture any more."

    def handle(self, **options: object) -> None:
        """Compare the files with the pictures."""
        found = set(default_storage.listdir("")[1])
        known = set(Picture.objects.values_list("file", flat=True))
        for name in found - known:
            default_storage.delete(name)
        pictures = f"{len(known)} picture{'s' * (len(known) != 1)}"
        self.stdout.write(f"{pictures}, {len(found - known)} files removed")
