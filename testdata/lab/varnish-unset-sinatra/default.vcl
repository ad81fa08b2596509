vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "${APP_PORT}";
}

sub vcl_backend_fetch {
    unset bereq.http.Authorization;
}
