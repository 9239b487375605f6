"""The page of the album: its pictures, and the form that takes another."""

import logging

from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from album.models import Picture

log = logging.getLogger(__name__)
PictureForm = modelform_factory(Picture, fields=["file"])


@csrf_exempt  # Anybody may upload, from wherever: there is no session that another site could misuse.
@require_http_methods(["GET", "HEAD", "POST"])
def album(request: HttpRequest) -> HttpResponse:
    """Show the pictures, or take one."""
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        picture = form.save()
        log.info("%s uploaded, %d bytes", picture, picture.file.size)
        return redirect("album")
    return render(request, "album.html", {"form": form, "pictures": Picture.objects.order_by("-uploaded")})
