vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "${APP_PORT}";
}

sub vcl_recv {
    unset req.http.Authorization;
    # What the application saw is asked twice.
    if (req.url == "/echo") {
        return (pass);
    }
}
