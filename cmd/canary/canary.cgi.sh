#!/bin/sh
# Says what arrived of the Authorization header, and never the value. A CGI script:
# put it where the real one is, make it executable, and take it away again when you
# are done. It needs sha256sum or openssl.
carrier=null
value=
for name in HTTP_AUTHORIZATION REDIRECT_HTTP_AUTHORIZATION REDIRECT_REDIRECT_HTTP_AUTHORIZATION \
	HTTP_X_AUTHORIZATION HTTP_X_FORWARDED_AUTHORIZATION; do
	eval "value=\${$name-}"
	if [ -n "$value" ]; then
		carrier="\"$name\""
		break
	fi
done
scheme=${value%% *}
credentials=
case $value in *' '*) credentials=${value#* } ;; esac
digest=
seen=false
if [ "$carrier" != null ]; then
	seen=true
	digest=$(printf %s "$credentials" | { sha256sum 2>/dev/null || openssl dgst -sha256 -r; } | cut -c 1-8)
fi
case $scheme in *[!A-Za-z0-9_-]*) scheme='?' ;; esac
printf 'Content-Type: application/json\r\nCache-Control: no-store\r\n\r\n'
printf '{"canary":"cgi","seen":%s,"scheme":"%s","length":%d,"sha256_8":"%s","carrier":%s}\n' \
	"$seen" "$scheme" "${#credentials}" "$digest" "$carrier"
