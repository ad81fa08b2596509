package wire

import (
	"net/url"
	"testing"
)

func TestLeads(t *testing.T) {
	from, err := url.Parse("https://api.example.com/v1/me?a=1")
	if err != nil {
		t.Fatal(err)
	}
	for location, want := range map[string]string{
		"/v2/me":                             "https://api.example.com/v2/me",
		"you":                                "https://api.example.com/v1/you",
		"?b=2":                               "https://api.example.com/v1/me?b=2",
		"//other.example/x":                  "https://other.example/x",
		"HTTP://Other.example:80/x#part":     "http://Other.example:80/x",
		"https://user:pass@other.example/x":  "https://other.example/x",
		"https://api.example.com@evil.test/": "https://evil.test/",
		"http://[::1]:8080/x":                "http://[::1]:8080/x",
		"":                                   "https://api.example.com/v1/me?a=1",

		`https:/\evil.test/`:                 Unclear,
		`\\evil.test\x`:                      Unclear,
		`/\evil.test/x`:                      Unclear,
		"///evil.test/x":                     Unclear,
		"https:///evil.test/x":               Unclear,
		"https:evil.test":                    Unclear,
		" https://evil.test/":                Unclear,
		"https://evil.test\t/":               Unclear,
		"https://evil.test:port/":            Unclear,
		"https://evil%2etest/":               Unclear,
		`https://evil.test\@api.example.com`: Unclear,
		"https://:443/":                      Unclear,
		"javascript:alert(1)":                NoHTTP,
		"file:///etc/passwd":                 NoHTTP,
		"ftp://other.example/x":              NoHTTP,
	} {
		to, why := Leads(from, location)
		got := why
		if to != nil {
			got = to.String()
		}
		if got != want {
			t.Errorf("%q leads to %q, want %q", location, got, want)
		}
	}
}

func TestOrigins(t *testing.T) {
	for _, test := range []struct {
		a, b                  string
		host, origin, secured bool
	}{
		{"https://api.example.com/", "https://api.example.com:443/x", true, true, false},
		{"https://api.example.com/", "https://API.EXAMPLE.com/x", true, true, false},
		{"http://api.example.com/", "https://api.example.com/x", true, false, true},
		{"http://api.example.com:80/", "https://api.example.com:443/x", true, false, true},
		{"http://api.example.com:8080/", "https://api.example.com/x", true, false, false},
		{"http://api.example.com/", "https://api.example.com:8443/x", true, false, false},
		{"https://api.example.com/", "http://api.example.com/x", true, false, false},
		{"https://api.example.com/", "https://api.example.com:8443/x", true, false, false},
		{"https://api.example.com/", "https://api.example.com./x", false, false, false},
		{"https://api.example.com/", "https://example.com/x", false, false, false},
		{"http://api.example.com/", "https://www.api.example.com/x", false, false, false},
		{"http://k.example/", "http://\u212a.example/", false, false, false}, // the Kelvin sign
		{"http://127.0.0.1/", "http://127.1/", false, false, false},
		{"http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", false, false, false},
	} {
		a, errA := url.Parse(test.a)
		b, errB := url.Parse(test.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if SameHost(a, b) != test.host || SameOrigin(a, b) != test.origin || Secured(a, b) != test.secured {
			t.Errorf("%s, %s: same host %t, same origin %t, secured %t", test.a, test.b, SameHost(a, b), SameOrigin(a, b), Secured(a, b))
		}
	}
}

func TestToLogin(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"https://api.example.com/me", "https://api.example.com/login?next=/me", true},
		{"https://api.example.com/me", "https://accounts.google.com/o/oauth2/v2/auth", true},
		{"https://api.example.com/sso/me", "https://id.example.com/authorize?x=y", true},
		{"https://api.example.com/sso/me", "https://api.example.com/sso/me/", false},
		{"http://api.example.com/login", "https://api.example.com/login", false},
		{"https://example.com/sso/me", "https://www.example.com/sso/me", false},
		{"https://api.example.com/me", "https://api.example.com/me/", false},
	} {
		from, errFrom := url.Parse(test.from)
		to, errTo := url.Parse(test.to)
		if errFrom != nil || errTo != nil {
			t.Fatal(errFrom, errTo)
		}
		if got := ToLogin(from, to); got != test.want {
			t.Errorf("%s to %s: %t, want %t", test.from, test.to, got, test.want)
		}
	}
}

func TestMethodAfter(t *testing.T) {
	for _, test := range []struct {
		status       int
		method, want string
	}{
		{301, "GET", "GET"}, {301, "HEAD", "HEAD"}, {301, "POST", "GET"}, {301, "PUT", "PUT"},
		{302, "POST", "GET"}, {303, "HEAD", "HEAD"}, {303, "PUT", "GET"}, {307, "POST", "POST"}, {308, "DELETE", "DELETE"},
	} {
		if got := MethodAfter(test.status, test.method); got != test.want {
			t.Errorf("%d after %s: %s, want %s", test.status, test.method, got, test.want)
		}
	}
}
