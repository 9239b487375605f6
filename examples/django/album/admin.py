"""The pictures in Django's admin."""

from django.contrib import admin

from album.models import Picture

admin.site.register(Picture)
