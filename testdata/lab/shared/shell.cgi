#!/bin/sh
# A small API as a shell script, in words of its own that nobody knows.

answer() {
	printf 'Status: %s\nContent-Type: text/plain\n\n%s\n' "$1" "$2"
	exit
}

decoded() {
	text=$(printf %s "$1" | tr -- -_ +/)
	while [ $((${#text} % 4)) -ne 0 ]; do text=$text=; done
	printf %s "$text" | base64 -d 2>/dev/null
}

scheme=${HTTP_AUTHORIZATION%% *}
token=${HTTP_AUTHORIZATION#* }

case $REQUEST_URI in
/echo) # see echo.py
	hash=$(printf %s "$token" | sha256sum | cut -c1-8)
	[ -n "$scheme" ] || answer '200 OK' '{"seen":false,"scheme":"","sha256_8":""}'
	answer '200 OK' '{"seen":true,"scheme":"'"$scheme"'","sha256_8":"'"$hash"'"}'
	;;
esac

[ -n "$HTTP_AUTHORIZATION" ] || answer '401 Unauthorized' 'who are you?'
[ "$scheme" = Bearer ] || answer '401 Unauthorized' 'that is no bearer'
signed=${token%.*}
mac=$(printf %s "$signed" | openssl dgst -sha256 -hmac "$(cat "${0%/*}/secret.txt")" -binary | base64 -w0 | tr -- +/ -_ | tr -d =)
[ "$mac" = "${token##*.}" ] || answer '401 Unauthorized' 'I did not sign that'
expires=$(decoded "${signed#*.}" | sed -n 's/.*"exp":\([0-9]*\).*/\1/p')
[ "${expires:-0}" -gt "$(date +%s)" ] || answer '401 Unauthorized' 'too late'
answer '200 OK' 'hello'
