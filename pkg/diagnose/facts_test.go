package diagnose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// with is an answer with more fields.
func (a ans) with(fields ...string) ans {
	a.header = slices.Concat(a.header, fields)
	return a
}

// A causeSample is a run in which a cause is suspected, or cleared if it is none.
type causeSample struct {
	cause   string
	answers map[string]ans
	edit    func(*wire.Log)
}

// causeSamples are those of the causes that the lab does not have.
func causeSamples() []causeSample {
	const jsonType = "Content-Type: application/json"
	missing := ans{401, fjeMissing.body, []string{jsonType, "Server: gunicorn"}}
	elsewhere := func(url string) func(*wire.Log) { return func(log *wire.Log) { log.Target = url } }
	// junk is refused by something, and the token gets the application's answer to none.
	kept := func(junk ans) map[string]ans { return all(missing, map[string]ans{junkToken: junk, pastCache: junk}) }
	echoOf := func(credentials string) map[string]ans {
		return all(ans{200, `{"headers":{"User-Agent":"jwt-probe/1"}}`, []string{jsonType}},
			map[string]ans{realToken: {200, `{"headers":{"User-Agent":"jwt-probe/1","Authorization":"` + credentials + `"}}`, []string{jsonType}}})
	}
	lexik := ans{401, `{"code":401,"message":"JWT Token not found"}`, []string{jsonType, "WWW-Authenticate: Bearer"}}
	tymon := ans{401, `{"message":"Token not provided"}`, []string{jsonType, "WWW-Authenticate: jwt-auth"}}
	tooLong := func(a ans) map[string]ans { return all(missing, map[string]ans{realToken: a}) }
	canary := func(said, arrived string) map[string]ans {
		return all(ans{200, `{"canary":"` + said + `","seen":false,"scheme":"","length":0,"sha256_8":"","carrier":null}`, []string{jsonType, "Server: Apache"}},
			map[string]ans{realToken: {200, `{"canary":"` + said + `",` + arrived + `}`, []string{jsonType, "Server: Apache"}}})
	}
	walkEnding := func(end string) func(*wire.Log) {
		return func(log *wire.Log) {
			first := log.Exchanges[0].Hops[0]
			log.Redirects = &wire.Exchange{Experiment: "redirects", Carries: wire.Dummy, Skipped: end, Hops: []wire.Hop{first}}
		}
	}
	taken := func(what string) func(*wire.Log) {
		return func(log *wire.Log) { log.Token.Removed = []string{what} }
	}
	toLogin := ans{302, "", []string{"Location: https://id.example.com/oauth/authorize", "Set-Cookie: _oauth2_proxy_csrf=x"}}
	const nothing = `"seen":false,"scheme":"","length":0,"sha256_8":"","carrier":null`
	return []causeSample{
		{"apache-cgi-canary", canary("cgi", nothing), nil},
		{"apache-mod-wsgi-passauth-off", canary("wsgi", nothing), nil},
		{"proxy-renames-header", canary("node", `"seen":true,"scheme":"Bearer","length":200,"sha256_8":"<token>","carrier":"x-forwarded-authorization"`), nil},
		{"apache-redirect-carrier", canary("php", `"seen":true,"scheme":"Bearer","length":200,"sha256_8":"<token>","carrier":"REDIRECT_HTTP_AUTHORIZATION"`), nil},
		{"proxy-cuts-header", canary("node", `"seen":true,"scheme":"Bearer","length":92,"sha256_8":"0a1b2c3d","carrier":"authorization"`), nil},
		{"apache-auth-basic-replace", canary("php", `"seen":true,"scheme":"Fake","length":8,"sha256_8":"0a1b2c3d","carrier":"HTTP_AUTHORIZATION"`), nil},
		{"apache-front-unset", all(missing, map[string]ans{"pad-8k": {400, "Size of a request header field exceeds server limit.", []string{"Server: Apache/2.4.71"}}}), nil},
		{"apache-mod-wsgi-banner", all(ans{401, "", []string{`WWW-Authenticate: Bearer realm="x", error="unauthorized", error_description="Full authentication is required to access this resource"`, "Server: Apache/2.4.71 mod_wsgi/4.9.4"}}, nil), nil},
		{"apache-php-behind", all(lexik, nil), nil},
		{"app-reads-elsewhere", all(opaque401, map[string]ans{inCookie: fjeGoodSegments}), nil},
		{"cloudfront-not-in-policy", all(missing.with("Via: 1.1 abc.cloudfront.net (CloudFront)"), nil), nil},
		{"cloudfront-oac-overrides", all(fjeScheme.with("X-Amz-Cf-Id: x"), map[string]ans{noHeader: missing, noHeaderAgain: missing}), nil},
		{"nginx-header-too-large", tooLong(ans{400, "<html><head><title>400 Request Header Or Cookie Too Large</title></head><body><center><h1>400 Bad Request</h1></center><center>Request Header Or Cookie Too Large</center><hr><center>nginx/1.22.1</center></body></html>", []string{"Server: nginx/1.22.1"}}), nil},
		{"oauth2-proxy-replace", all(fjeScheme, map[string]ans{noHeader: toLogin, noHeaderAgain: toLogin}), nil},
		{"apigw-remapped", all(ans{401, "", []string{`x-amzn-Remapped-WWW-Authenticate: Bearer realm="x"`}}, nil), nil},
		{"tomcat-ajp", all(ans{401, fjeMissing.body, []string{jsonType, "Server: Apache-Coyote/1.1"}}, nil), nil},
		{"nginx-set-header-empty", all(ans{401, `{"error":"access_denied","error_description":"x","hint":"Missing \"Authorization\" header"}`, []string{jsonType, "Server: nginx/1.22.1"}}, nil), nil},
		{"redirect-inside", all(ans{301, "", []string{"Location: http://10.0.0.5:8080/me"}}, nil), walkEnding("inside")},
		{"redirect-loop", all(ans{301, "", []string{"Location: /me"}}, nil), walkEnding("loop")},
		{"client-quotes", all(fjeMissing, map[string]ans{realToken: fjeGood}), taken("surrounding quotes")},
		{"client-prefix-twice", all(fjeMissing, map[string]ans{realToken: fjeGood}), taken(`"Bearer"`)},
		{"client-newline", all(fjeMissing, map[string]ans{realToken: fjeGood}), taken("surrounding white space")},
		{"uwsgi-buffer-size", all(missing, map[string]ans{realToken: {502, "", []string{"Server: nginx/1.22.1"}}}), func(log *wire.Log) { log.Token.Length = 5000 }},
		{"apache-php-behind", all(ans{401, `{"error":"access_denied","error_description":"x","hint":"Missing \"Authorization\" header"}`, []string{jsonType}}, nil), nil},
		{"scheme-case", all(fjeMissing, map[string]ans{realToken: fjeScheme}), func(log *wire.Log) { log.Scheme = "bearer" }},
		{"scheme-replaced-on-the-way", all(fjMissing, map[string]ans{junkToken: fjScheme, otherScheme: fjScheme, twoTokens: fjScheme, realToken: fjScheme}), sent},
		{"apache-mod-fastcgi", all(tymon.with("Server: Apache/2.2.31 (Unix) mod_fastcgi/2.4.6"), nil), nil},
		{"php-symfony-redirect-nonbearer", all(lexik, nil), func(log *wire.Log) {
			log.Scheme = "Company"
			for i, e := range log.Exchanges {
				if e.Experiment == otherScheme {
					log.Exchanges[i].Hops[0].Wrote = []wire.Field{{Name: "Authorization", Value: "Bearer x"}}
				}
			}
		}},
		{"php-htaccess-lost", all(tymon, nil), nil},
		{"caddy-header-up", all(missing.with("Server: Caddy"), nil), nil},
		{"varnish-unset", all(missing.with("X-Varnish: 1"), nil), nil},
		{"squid-access", all(missing.with("Via: 1.1 front (squid/5.7)"), nil), nil},
		{"vercel-strip", all(missing.with("X-Vercel-Id: fra1::x"), nil), nil},
		{"zuul-sensitive-headers", all(missing.with("X-Application-Context: gateway:8080"), nil), nil},
		{"kube-apiserver-proxy", all(missing, nil), elsewhere("https://cluster.example.com/api/v1/namespaces/default/services/api:80/proxy/me")},
		{"http2-lowercase", all(missing, map[string]ans{"over-http1": fjeGood}), nil},

		{"istio-forward-original-token", kept(ans{401, "Jwt is not in the form of Header.Payload.Signature", []string{"Content-Type: text/plain", "Server: istio-envoy", `WWW-Authenticate: Bearer realm="x", error="invalid_token"`}}), nil},
		{"envoy-jwt-forward", kept(ans{401, "Jwt is not in the form of Header.Payload.Signature", []string{"Content-Type: text/plain", "Server: envoy", `WWW-Authenticate: Bearer realm="x", error="invalid_token"`}}), nil},
		{"kong-hide-credentials", kept(ans{401, `{"message":"Bad token; x"}`, []string{jsonType, "X-Kong-Response-Latency: 1"}}), nil},
		{"tyk-strip-auth-data", kept(ans{403, `{"error":"Key not authorized"}`, []string{jsonType}}), nil},

		{"gateway-replaces-token", echoOf("Bearer <hidden>"), nil},
		{"proxy-sets-basic", echoOf("Basic dTpw"), nil},
		{"aws-signs-the-request", echoOf("AWS4-HMAC-SHA256 Credential=x"), nil},
		{"gcp-cloud-run-signature", echoOf("Bearer a.b.SIGNATURE_REMOVED_BY_GOOGLE"), nil},
		{"apache-auth-bearer-proxy", all(fjeScheme.with("Server: Apache/2.5.1"), map[string]ans{noHeader: missing, noHeaderAgain: missing}), nil},
		{"gcp-esp-x-forwarded-authorization", all(fjeScheme.with("Via: 1.1 google"), map[string]ans{noHeader: missing, noHeaderAgain: missing}), nil},
		{"gcp-cloud-run-signature-refused", all(fjeBad.with("Server: Google Frontend"), map[string]ans{noHeader: missing, noHeaderAgain: missing}), nil},

		{"cloudflare-access", all(ans{302, "", []string{"Location: https://team.cloudflareaccess.com/cdn-cgi/access/login/x"}}, nil), nil},
		{"oauth2-proxy-login", all(ans{302, "", []string{"Location: https://id.example.com/oauth/authorize", "Set-Cookie: _oauth2_proxy_csrf=x"}}, nil), nil},
		{"apache-mod-auth-openidc", all(ans{302, "", []string{"Location: https://id.example.com/authorize", "Set-Cookie: mod_auth_openidc_state_x=y"}}, nil), nil},
		{"alb-oidc", all(ans{302, "", []string{"Location: https://id.example.com/authorize", "Set-Cookie: AWSALBAuthNonce=x"}}, nil), nil},
		{"login-redirect", all(ans{302, "", []string{"Location: https://id.example.com/authorize"}}, nil), nil},
		{"traefik-basicauth-removeheader", all(ans{401, "401 Unauthorized\n", []string{`WWW-Authenticate: Basic realm="traefik"`}}, nil), nil},
		{"basic-auth-in-front", all(ans{401, "401 Unauthorized\n", []string{`WWW-Authenticate: Basic realm="x"`}}, nil), nil},
		{"iis-windows-auth", all(ans{401, "", []string{"WWW-Authenticate: Negotiate", "Server: Microsoft-IIS/10.0"}}, nil), nil},

		{"azure-easyauth", all(ans{401, "You do not have permission to view this directory or page.", []string{"Content-Type: text/html"}}, nil), nil},
		{"azure-apim-policy-order", all(ans{401, `{ "statusCode": 401, "message": "JWT not present." }`, []string{jsonType}}, nil), nil},
		{"lambda-url-iam", all(ans{403, `{"Message":"Forbidden"}`, []string{jsonType}}, nil), elsewhere("https://abc.lambda-url.eu-west-1.on.aws/me")},
		{"apigw-missing-auth-token", all(ans{403, `{"message":"Missing Authentication Token"}`, []string{jsonType, "x-amzn-ErrorType: MissingAuthenticationTokenException"}}, nil), nil},
		{"apigw-bearer-on-iam", all(ans{403, `{"message":"'<token>' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer <token>'."}`, []string{jsonType}},
			map[string]ans{
				noHeader:      {403, `{"message":"Missing Authentication Token"}`, []string{jsonType}},
				noHeaderAgain: {403, `{"message":"Missing Authentication Token"}`, []string{jsonType}},
			}), nil},

		{"cors-preflight", all(opaque401, nil), func(log *wire.Log) { log.Method = "OPTIONS" }},
		{"cloudfront-options", all(opaque401.with("X-Amz-Cf-Id: x"), nil), func(log *wire.Log) { log.Method = "OPTIONS" }},

		{"gunicorn-field-size", tooLong(ans{431, "<p>Error parsing headers: &#x27;limit request headers fields size&#x27;</p>", nil}), nil},
		{"haproxy-bufsize", tooLong(ans{400, "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n", nil}), func(log *wire.Log) { log.Token.Length = 17000 }},
		{"tomcat-header-size", tooLong(ans{400, "<h1>HTTP Status 400 – Bad Request</h1><p><b>Message</b> Request header is too large</p>", nil}), nil},
	}
}

// TestSuspects: each cause is suspected where its facts hold, and before what is more
// general.
func TestSuspects(t *testing.T) {
	b := base(t)
	for _, test := range causeSamples() {
		t.Run(test.cause, func(t *testing.T) {
			log := logOf(test.answers)
			if test.edit != nil {
				test.edit(log)
			}
			d := Explain(log, b)
			if slices.ContainsFunc(d.Cleared, func(c Cleared) bool { return c.ID == test.cause }) {
				return // what is no cause is said to be none
			}
			if i := slices.IndexFunc(d.Suspects, func(s Suspect) bool { return s.ID == test.cause }); i < 0 || d.Suspects[i].Rank > 1 {
				t.Errorf("%s (%s), suspects %v", d.Verdict, d.Reason, names(d.Suspects))
			}
		})
	}
}

func names(suspects []Suspect) []string {
	list := make([]string, len(suspects))
	for i, s := range suspects {
		list[i] = s.ID
	}
	return list
}

// TestInnocent: of who is known to have checked the token, nobody else is suspected.
func TestInnocent(t *testing.T) {
	kong := ans{401, `{"message":"Bad token; x"}`, []string{"Content-Type: application/json", "X-Kong-Response-Latency: 1"}}
	missing := ans{401, fjeMissing.body, []string{"Content-Type: application/json"}}
	d := Explain(logOf(all(missing, map[string]ans{junkToken: kong, pastCache: kong})), base(t))
	if len(d.Suspects) == 0 {
		t.Error("nobody is suspected")
	}
	for _, s := range d.Suspects {
		if slices.Contains(s.Facts, "checked-then-removed") && s.ID != "kong-hide-credentials" {
			t.Errorf("%s is suspected", s.ID)
		}
	}
}

// TestFactsAreOneEach: of two with one name, the second would hide the first.
func TestFactsAreOneEach(t *testing.T) {
	names := Facts()
	slices.Sort(names)
	if n := len(names); len(slices.Compact(names)) != n {
		t.Errorf("a fact stands twice among %v", names)
	}
}

// TestEveryCauseHasASample: what is suspected, or cleared, nowhere in the recorded logs
// and nowhere in a test may as well not be there.
func TestEveryCauseHasASample(t *testing.T) {
	b := base(t)
	named := map[string]bool{}
	note := func(d Diagnosis) {
		for _, s := range d.Suspects {
			named[s.ID] = true
		}
		for _, c := range d.Cleared {
			named[c.ID] = true
		}
	}
	for _, sample := range causeSamples() {
		log := logOf(sample.answers)
		if sample.edit != nil {
			sample.edit(log)
		}
		note(Explain(log, b))
	}
	files, err := filepath.Glob("../../testdata/wire/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		log, err := wire.Load(data)
		if err != nil {
			t.Fatal(err)
		}
		note(Explain(log, b))
	}
	elsewhere := []string{"clock-ahead", "clock-behind"} // TestClockCauses
	for _, c := range b.Causes {
		if !named[c.ID] && !slices.Contains(elsewhere, c.ID) {
			t.Errorf("%s has no sample", c.ID)
		}
	}
}

// TestServersWordsFirst: of a token with two faults, the server says which it met.
func TestServersWordsFirst(t *testing.T) {
	over := started.Add(-time.Hour)
	for _, tt := range []struct {
		missing, answer ans
		want            string
	}{
		{fjeMissing, fjeBad, "1 token-bad-signature, 2 token-expired"},
		{fjeMissing, ans{401, `{"msg":"Token has expired"}`, []string{"Content-Type: application/json"}}, "1 token-expired"},
		{sjMissing, sjBad, "1 token-expired"}, // it does not say
		{fjMissing, fjScheme, "1 wrong-scheme, 2 token-expired"},
	} {
		log := logOf(all(tt.missing, map[string]ans{realToken: tt.answer}))
		log.Token.Expires = &over
		var got []string
		for _, s := range Explain(log, base(t)).Suspects {
			got = append(got, fmt.Sprint(s.Rank, " ", s.ID))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.answer.body, got, tt.want)
		}
	}
}
