vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "${APP_PORT}";
}

sub vcl_recv {
    # The built-in rules pass what has an Authorization. This is in front of them.
    if (req.url != "/echo") {
        return (hash);
    }
}
