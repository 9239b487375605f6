"""Which address leads where."""

from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.views.static import serve

from album.views import album

urlpatterns = [
    path("", album, name="album"),
    path("admin/", admin.site.urls),
    path("uploads/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
]
