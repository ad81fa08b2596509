"""A small API with Django REST framework and Simple JWT that has no users of its own:
whoever the token names is one."""

import pathlib

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=pathlib.Path(__file__).with_name("secret.txt").read_text(),
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402

import echo  # noqa: E402


@api_view()
def me(request):
    return Response({"user": request.user.id})


def show(request):
    return JsonResponse(echo.seen(request.META))


urlpatterns = [path("me", me), path("echo", show)]
application = get_wsgi_application()
