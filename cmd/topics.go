package cmd

import (
	"fmt"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// A topic is a page of help that is about no command. Each of its command lines is run by
// a test, as those of the commands' examples are.
type topic struct {
	name, short string
	text        func() string
}

// topics is every topic, and the one place to add another.
var topics = []topic{
	{"401", "My API says 401: from there to the cause", func() string { return unauthorizedTopic }},
	{"keys", "Where secrets, keys and tokens come from", func() string { return keysTopic }},
	{"times", "How times and durations are written", func() string { return timesTopic }},
	{"formatting", "What the output is, and for whom", formattingTopic},
	{"environment", "What may be set elsewhere than on the command line", environmentTopic},
	{"exit-codes", "What the exit code says", exitCodesTopic},
	{"migrating", "From jwt-cli, step, jwt.io, PyJWT and jose", migratingTopic},
}

const unauthorizedTopic = `My API says 401

It works here; on the server the same token gets a 401: "Request does not
contain an access token", although the client sends one. First find out what the
server sees:

  jwt probe https://api.example.com/me --token env:TOKEN

20  stripped      Something takes the header away. The answer names what may do
                  so, and the line that mends it: Flask-JWT behind mod_wsgi
                  wants "WSGIPassAuthorization On". To find out which of several
                  servers does it, ask nearer to the application too:
                  --compare http://127.0.0.1:5000/me
23  altered       Another header arrives than was sent. Ask in the same way.
24  intercepted   A login page or another host answers instead of the API.
21  rejected      The header arrives, and the token is refused: see below.
0   accepted      This token is good there. If a client's is refused, compare
                  what it sends with what jwt probe --dry-run would.
22  undetermined  The answers do not tell. Put a canary in the application's
                  place for a while; what that says is a proof:

  jwt probe --print-canary wsgi -o canary.py

Rejected? Some applications want another word than Bearer; Flask-JWT wants JWT:

  jwt probe https://api.example.com/me --token env:TOKEN --scheme JWT

Then look at the token. Has it expired, who made it, and for whom?

  jwt decode "$TOKEN"

And check it with the key, issuer and audience that the application has:

  jwt verify -S env:SECRET --iss https://id.example.com/ --aud api "$TOKEN"
  jwt verify --issuer-url https://id.example.com/ --aud api "$TOKEN"
  jwt verify --as flask-jwt -S env:SECRET "$TOKEN"

10  made with another key, or altered      13  for another audience, or the like
11  expired; 12: not valid yet             14  the issuer has no such key
0   good: the application has other settings than you think
`

const keysTopic = `Where secrets, keys and tokens come from

A VALUE is one of these:

  text                    the text itself (for --key and --jwks: a file)
  @FILE                   the content of a file, every byte of it
  -                       standard input
  env:NAME                a variable of the environment
  b64:…  b64url:…  hex:…  the bytes that this stands for
  str:…                   the text itself, whatever it starts with

What stands on the command line is in the shell's history and in the process
list. @FILE, env:NAME and - keep it out of both.

  --secret VALUE    a secret, for HS256, HS384 and HS512
  --key FILE        a key: PEM (PKCS#1, PKCS#8, SPKI, SEC1, X.509), DER, JWK,
                    JWK Set, OpenSSH; which, is seen from its content
  --jwks URL|FILE   a JWK Set
  --issuer-url URL  the set that an issuer publishes (to verify)

A call takes its keys from one of them. If none is given, JWT_SECRET, JWT_KEY …,
the env-file and the profile are looked at: see "jwt help environment".

The key says which algorithms are taken, and --alg narrows that; the token has
no say. Of a set, the key with the token's kid is taken, and no other; --kid
names another. A token without kid is tried with each key that fits. To sign,
a key's own kid goes into the header, else its thumbprint (RFC 7638).

  jwt key new --alg ES256 -o key.jwk
  jwt key public key.jwk --to pem -o public.pem
  jwt sign --key key.jwk -s alice -e 1h
  jwt sign -S "b64:$B64" -s alice -e 1h
  jwt verify --jwks https://id.example.com/jwks.json "$TOKEN"
  jwt key show -j env:KEY | jq -r .thumbprint

Claims are no VALUEs: the operator decides, and the value is taken as it is.
name=text, name:=json, name@=FILE as text, name:@=FILE as JSON; /a/b=text is a
member of another.
`

const timesTopic = `How times and durations are written

  30m  +30m  -5m  1h30m  90d  2w  1y      from now; for --exp and --nbf from iat
  2 weeks  in 2 weeks  3 hours ago        the same in words
  2026-12-01                              a day, at its start, UTC
  2026-12-01T08:00:00Z                    RFC 3339, with a time zone
  1796083200                              seconds since 1970
  now  none

Units are s, m (minutes), h, d, w and y (365 days). There is no month: it has no
length; write 30d. A bare number is never a duration; write 3600s.

  jwt sign -S env:SECRET -e '2 weeks' --nbf +5m
  jwt sign -S env:SECRET --iat 2026-12-01 -e 1h30m
  jwt verify -S env:SECRET --at '10 minutes ago' --leeway 15m "$TOKEN"
`

func formattingTopic() string {
	return `What the output is, and for whom

stdout has the answer, and nothing else; errors, hints and notes go to stderr.
A token that is not valid is an answer too: the exit code says so.

  -f text        for people: the verdict, then the facts
  -f json, -j    for programs: one JSON document for a token; for several, one
                 a line (NDJSON). "schema" says what is in it; see below.
                 Members are added to it, never renamed.
  -f github      annotations of a run of GitHub Actions
  --report junit=FILE    beside any of them: a test case for each token
  -o FILE        to a file: all of it or nothing, and over no other file
  -q             no report: the exit code, and what was to be made

If there is no answer, -j writes one line to stderr:

  {"error":{"code":"input","exit":3,"message":"…","retryable":false}}

Header and payload keep their order, numbers of any size and names that stand
twice; "raw" has the very bytes. What would steer a terminal or hide text is
\uXXXX in every format. --claim and --part print one value exactly as it is, but
for a terminal, which gets it escaped.

Beside "schema" a document has:

` + schemaTopic() + `
Colour says nothing that words do not. What decides, for each stream: --color,
NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR=0, TERM=dumb, a terminal.

  jwt decode --claim sub "$TOKEN"
  jwt decode --part payload "$TOKEN" | jq -r .sub
  jwt decode -j @tokens.txt | jq -r .token.payload.sub
  jwt verify -S env:SECRET -j "$TOKEN" | jq -r .outcome
  jwt verify -S env:SECRET -f github --report junit=tokens.xml "$TOKEN"
`
}

func exitCodesTopic() string {
	return "What the exit code says\n\n" + exitTable(func(code, meaning, outcomes string) string {
		if outcomes != "" {
			meaning += " (" + outcomes + ")"
		}
		return ui.Wrap(fmt.Sprintf("  %3s  %s", code, meaning), helpWidth, len("  123  ")) + "\n"
	}) + `
The words in brackets are the outcome in "jwt verify -j". Of several failures,
also over several tokens, the first in this order is the exit code:
3, 10, 14, 13, 12, 11. So 11 and 12 mean that only the time is wrong.

  jwt verify -q -S env:SECRET --require exp "$TOKEN" && echo good
  jwt decode -q --min-ttl 5m "$TOKEN" || echo "time for another"
`
}

// A migration is what a command line of another program is here.
type migration struct{ theirs, ours string }

// migrations are the programs that people come from, and what they have to write here.
var migrations = []struct {
	from  string
	lines []migration
	notes string
}{
	{"jwt-cli (Rust)", []migration{
		{"jwt encode -S @key.pem -e=+30m", "jwt sign --key key.pem -e 30m"},
		{"jwt encode -S secret -P n=1", "jwt sign -S env:SECRET -P n:=1"},
		{"jwt decode TOKEN", `jwt decode "$TOKEN"`},
		{"jwt decode -S secret TOKEN", `jwt verify -S env:SECRET "$TOKEN"`},
		{"jwt decode -S @jwks.json TOKEN", `jwt verify --jwks jwks.json "$TOKEN"`},
	}, "n=1 is a text here. There is no leeway unless --leeway gives one, and exp need\nnot be there unless --require exp says so."},
	{"step crypto", []migration{
		{"jwt sign --key F --exp 1796083200", "jwt sign --key key.pem --exp 1h"},
		{"jwt verify --jwks F --aud A", `jwt verify --jwks jwks.json -a api @token`},
		{"echo CLAIMS | step crypto jwt sign", "echo '{}' | jwt sign -S env:SECRET -"},
		{"jwt inspect --insecure", `jwt inspect "$TOKEN"`},
		{"keypair pub.pem key.pem", "jwt key new --alg ES256 -o new.jwk"},
		{"jwk thumbprint", "jwt key show key.jwk"},
	}, "--iss, --aud and the other flags are as there, --issuer and --audience too. What\nwas not demanded is not checked, and the answer says so."},
	{"jwt.io", []migration{
		{"a token is pasted", `jwt decode "$TOKEN"`},
		{"a secret", `jwt verify -S env:SECRET "$TOKEN"`},
		{"a secret, base64 encoded", `jwt verify -S "b64:$B64" "$TOKEN"`},
		{"a public key", `jwt verify --key public.pem "$TOKEN"`},
		{"the payload is changed", "jwt sign -S @secret --edit @token -P a=b"},
	}, "Nothing leaves this machine, and what a token points to is never fetched."},
	{"PyJWT", []migration{
		{"pyjwt --key=K encode a=b exp=+10", "jwt sign -S env:SECRET -P a=b -e 10s"},
		{"pyjwt --key=K decode TOKEN", `jwt verify -S env:SECRET "$TOKEN"`},
		{"pyjwt decode --no-verify TOKEN", `jwt decode --part payload "$TOKEN"`},
	}, ""},
	{"jose", []migration{
		{`jose jwk gen -i '{"alg":"ES256"}'`, "jwt key new --alg ES256"},
		{"jose jwk pub -i key.jwk", "jwt key public key.jwk"},
		{"jose jws sig -I claims -k key.jwk -c", "jwt sign --key key.jwk @claims.json"},
		{"jose jws ver -i token -k key.jwk", "jwt verify --key key.jwk @token"},
	}, "jose looks at no claim; here exp and nbf count, unless --raw-payload is given."},
}

func migratingTopic() string {
	var b strings.Builder
	b.WriteString("From other programs\n\nFlags of theirs that are not here get a hint that says what is.\n")
	for _, m := range migrations {
		fmt.Fprintf(&b, "\n%s\n", m.from)
		for _, line := range m.lines {
			fmt.Fprintf(&b, "  %-37s%s\n", line.theirs, line.ours)
		}
		if m.notes != "" {
			fmt.Fprintf(&b, "%s\n", m.notes)
		}
	}
	return b.String()
}

// schemas are the members of each JSON document, without those inside them.
var schemas = []struct{ name, members string }{
	{"jwt.verify/v1", "ok outcome verified token key checks not_checked warnings at as place"},
	{"jwt.decode/v1", "verified token form times problems place"},
	{"jwt.sign/v1", "ok token header payload"},
	{"jwt.probe/v1", "ok verdict claim confidence reason rule expect fingerprint product carrier evidence suspects cleared next redirects log"},
	{"jwt.login/v1", "ok token token_type expires_in refresh_token scope endpoint field grant"},
	{"jwt.serve/v1", "issuer jwks_uri token_endpoint device_authorization_endpoint auth protected echo address alg kid aud scope user password client_id client_secret expires_in"},
	{"jwt.key/v1", "kid thumbprint kind type bits private alg algorithms use key_ops form source weaknesses"},
	{"jwt.jwks/v1", "ok keys problems source cached"},
	{"jwt.variant/v1", "name refuse token why"},
	{"jwt.plan/v1", "fill_in steps"},
	{"jwt.canary/v1", "kind file text"},
	{"jwt.config/v1", "file profile profiles env_file presets settings"},
	{"jwt.demo/v1", "ok steps"},
	{"jwt.help/v1", "commands flags exit_codes topics"},
	{"jwt.version/v1", "version commit date go system"},
}

// schemaTopic is that list as help has it.
func schemaTopic() string {
	var b strings.Builder
	for _, s := range schemas {
		b.WriteString(ui.Wrap(fmt.Sprintf("  %-16s%s", s.name, s.members), helpWidth, 18) + "\n")
	}
	return b.String()
}
