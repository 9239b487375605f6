"""What the album keeps in its database. The pictures themselves are files below MEDIA_ROOT."""

from django.db import models


class Picture(models.Model):
    """A picture that somebody has uploaded."""

    file = models.FileField()
    uploaded = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.file)
