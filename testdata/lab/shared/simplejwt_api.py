"""A small API as people write it with Django REST framework and Simple JWT, and its
user in a database of its own."""

import pathlib

import django
from django.conf import settings

HERE = pathlib.Path(__file__).parent

settings.configure(
    SECRET_KEY=HERE.joinpath("secret.txt").read_text(),
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "users.sqlite3"}},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.authentication import SessionAuthentication  # noqa: E402
from rest_framework.decorators import api_view, authentication_classes  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt.authentication import JWTAuthentication  # noqa: E402

import echo  # noqa: E402


@api_view()
def me(request):
    return Response({"user": request.user.username})


# The first one decides what is said to nobody, and this one has no challenge.
@api_view()
@authentication_classes([SessionAuthentication, JWTAuthentication])
def me_or_session(request):
    return Response({"user": request.user.username})


def show(request):
    return JsonResponse(echo.seen(request.META))


urlpatterns = [path("me", me), path("session/me", me_or_session), path("echo", show)]

call_command("migrate", verbosity=0)
User.objects.get_or_create(id=1, username="lab")
application = get_wsgi_application()
