"""A small API with Bottle that believes its gateway."""

import bottle

import echo

application = bottle.Bottle()


@application.get("/me")
def me():
    scheme, _, user = bottle.request.get_header("Authorization", "").partition(" ")
    if scheme != "Internal":
        bottle.abort(401, "Only the gateway may ask.")
    return {"user": user}


@application.get("/echo")
def show():
    return echo.seen(bottle.request.environ)
