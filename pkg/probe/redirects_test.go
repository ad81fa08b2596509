package probe

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A site is a server that keeps what arrives, whatever host and port it is reached by.
type site struct {
	address string
	mu      sync.Mutex
	got     []string // each request as it came
}

func newSite(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *site {
	t.Helper()
	s := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole, err := httputil.DumpRequest(r, true)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.got = append(s.got, string(whole))
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	s.address = server.Listener.Addr().String()
	return s
}

func (s *site) arrived() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// transport leads everything to this site, https without TLS: what arrives is read here.
func (s *site) transport() http.RoundTripper {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.address)
	}
	return &http.Transport{DisableKeepAlives: true, DialContext: dial, DialTLSContext: dial, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
}

func refuse(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }

// A crossing is a target at home that redirects, and everything that is not home.
type crossing struct {
	home, away *site
	client     *Client
	trusted    []string // what a transport with all the user's was asked for
	target     Target
}

const homeURL = "http://api.localhost:8000/me?key=MARKED-query&pin=s3cr"

func newCrossing(t *testing.T, status int, location string) *crossing {
	t.Helper()
	c := &crossing{away: newSite(t, refuse)}
	c.home = newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/me" {
			refuse(w, r)
			return
		}
		w.Header()["Location"] = []string{location} // as it is
		w.WriteHeader(status)
	})
	c.client = &Client{
		Transport: c.home.transport(), Agent: "jwt-probe/test", Timeout: 5 * time.Second,
		Elsewhere: func(address string, trusted bool) (http.RoundTripper, error) {
			if trusted {
				c.trusted = append(c.trusted, address)
			}
			return c.away.transport(), nil
		},
	}
	c.target = Target{
		URL: homeURL, Token: testToken, Record: &wire.Token{},
		Header: []wire.Field{{Name: "X-Api-Key", Value: "MARKED-api-key"}, {Name: "Cookie", Value: "MARKED-cookie=1"}, {Name: "X-Short", Value: "s3cr"}},
	}
	return c
}

// secret reports whether a request has anything of the user's in it.
func secret(request string) bool {
	if strings.Contains(request, "MARKED") || strings.Contains(request, "s3cr") || strings.Contains(request, "X-Api-Key") || strings.Contains(request, "Cookie") {
		return true
	}
	return slices.ContainsFunc(strings.Split(testToken, "."), func(part string) bool { return strings.Contains(request, part) })
}

// TestNothingLeaves: in no shape of redirect does anything of the user's arrive at
// another origin, walked or followed, unless that is trusted.
func TestNothingLeaves(t *testing.T) {
	for _, test := range []struct {
		location string
		end      string // why the walk stops; "" if the other origin is asked
	}{
		{"http://evil.example/x", ""},
		{"https://evil.example/x", ""},
		{"//evil.example/x", ""},
		{"http://evil.example/me?key=MARKED-query&pin=s3cr", ""},
		{"http://evil.example/MARKED-query/", StoppedGiven},
		{"http://MARKED-query.evil.example/", StoppedGiven},
		{"http://evil.example/TUFSS0VELXF1ZXJ5/", StoppedGiven}, // in base64
		{"http://evil.example/%4D%41RKED-query/", StoppedGiven},
		{"http://api.localhost:8000@evil.example/", ""}, // a user, and a host
		{"http://api.localhost:8000%40evil.example/", StoppedUnclear},
		{"http://api.localhost:8000.evil.example/", StoppedUnclear},
		{"http://evil.example:8000/", ""},
		{"https://api.localhost:8000/x", ""}, // scheme
		{"https://api.localhost/x", ""},      // not the default port before
		{"http://api.localhost:8001/x", ""},  // port
		{"http://api.localhost/x", ""},       // none is 80
		{"http://api.localhost:08000/x", ""}, // nobody writes it so
		{"http://api.localhost.:8000/x", ""}, // dot
		{"http://www.api.localhost:8000/x", ""},
		{"http://localhost:8000/x", ""},
		{"http://127.0.0.1:8000/x", ""},
		{"http://[::1]:8000/x", ""},
		{"http://api.localho\u017ft:8000/x", ""}, // a long s, which folds to the short one
		{`https:/\evil.example`, StoppedUnclear},
		{`http:\\evil.example`, StoppedUnclear},
		{`/\evil.example/x`, StoppedUnclear},
		{`\\evil.example/x`, StoppedUnclear},
		{"///evil.example/x", StoppedUnclear},
		{"http:///evil.example/x", StoppedUnclear},
		{`http://evil.example\@api.localhost:8000/`, StoppedUnclear},
		{"http:evil.example", StoppedUnclear},
		{"javascript:alert(1)", StoppedScheme},
		{"file:///etc/passwd", StoppedScheme},
		{"data:text/plain,x", StoppedScheme},
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			c := newCrossing(t, status, test.location)
			log, stay, err := c.client.Follow(t.Context(), c.target, false)
			if err != nil {
				t.Fatalf("%s: %v", test.location, err)
			}
			arrived := c.away.arrived()
			if i := slices.IndexFunc(arrived, secret); i >= 0 {
				t.Errorf("%d %s: there arrives\n%s", status, test.location, arrived[i])
			}
			if log.Redirects == nil || log.Redirects.Skipped != test.end || (len(arrived) == 1) != (test.end == "") {
				t.Errorf("%d %s: %d requests arrive there, and the walk ends with %+v", status, test.location, len(arrived), log.Redirects)
				continue
			}
			want := StayOrigin
			if test.end != "" {
				want = StayEnd
			} else if field := fieldOf(arrived[0], "Authorization"); !strings.HasPrefix(field, "Bearer jwt-probe-") {
				t.Errorf("%s: %q arrives, and no dummy", test.location, field)
			}
			if stay != want || log.Target != shownOf(t, homeURL) || len(c.trusted) > 0 {
				t.Errorf("%d %s: %q, at %s, with %v", status, test.location, stay, log.Target, c.trusted)
			}
			saved, err := log.Save()
			if err != nil {
				t.Fatal(err)
			}
			if text := string(saved); strings.Contains(text, "MARKED-cookie") || strings.Contains(text, "MARKED-api-key") || strings.Contains(text, testToken) || strings.Contains(text, "key=MARKED") || strings.Contains(text, "s3cr") {
				t.Errorf("%s: recorded is\n%s", test.location, text)
			}
		}
	}
}

func shownOf(t *testing.T, address string) string {
	t.Helper()
	_, u, err := Target{URL: address}.prepared()
	if err != nil {
		t.Fatal(err)
	}
	return shown(u)
}

// TestBodyStays: nor does a body arrive, or a method that may change something.
func TestBodyStays(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{"http://evil.example/x", "/you"} {
			c := newCrossing(t, status, location)
			c.target.Method, c.target.Body = "POST", []byte("MARKED-body")
			log, _, err := c.client.Follow(t.Context(), c.target, false)
			if err != nil {
				t.Fatal(err)
			}
			end := ""
			if status == 307 || status == 308 {
				end = StoppedMethod
			}
			if log.Redirects == nil || log.Redirects.Skipped != end {
				t.Errorf("%d %s: %+v", status, location, log.Redirects)
			}
			for _, request := range c.away.arrived() {
				if secret(request) || !strings.HasPrefix(request, "GET ") {
					t.Errorf("%d: there arrives\n%s", status, request)
				}
			}
			for _, request := range c.home.arrived() {
				if strings.Contains(request, "/you") && (strings.Contains(request, "MARKED-body") || strings.HasPrefix(request, "POST ")) {
					t.Errorf("%d: at the next URL arrives\n%s", status, request)
				}
			}
		}
	}
}

// TestFollow: at the same origin, or where it is trusted, everything is asked again.
func TestFollow(t *testing.T) {
	for _, test := range []struct {
		location string
		trusted  bool
		at       string // whose log it is
		away     bool   // and the token arrives there
		stay     Stay
	}{
		{"/you", false, "http://api.localhost:8000/you", false, ""},
		{"http://API.localhost:8000/you", false, "http://API.localhost:8000/you", false, ""},
		{"//user:pass@api.localhost:8000/you#part", false, "http://api.localhost:8000/you", false, ""},
		{"https://evil.example/you", true, "https://evil.example/you", true, ""},
		{"http://localhost:8001/you", true, "http://localhost:8001/you", true, ""},
		{"http://evil.example/you", true, shownOf(t, homeURL), false, StayClear},
		{"/me?key=MARKED-query&pin=s3cr", true, shownOf(t, homeURL), false, StayEnd},
	} {
		c := newCrossing(t, 302, test.location)
		log, stay, err := c.client.Follow(t.Context(), c.target, test.trusted)
		if err != nil {
			t.Fatalf("%s: %v", test.location, err)
		}
		if log.Target != test.at || stay != test.stay {
			t.Errorf("%s: at %s, %q", test.location, log.Target, stay)
		}
		if log.Redirects == nil || log.Redirects.Hops[0].URL != shownOf(t, homeURL) {
			t.Errorf("%s: the way is not told: %+v", test.location, log.Redirects)
		}
		arrives := func(s *site) bool {
			return slices.ContainsFunc(s.arrived(), func(r string) bool {
				return strings.Contains(r, " /you ") && fieldOf(r, "Authorization") == "Bearer "+testToken && fieldOf(r, "X-Api-Key") != ""
			})
		}
		if there := arrives(c.away); there != test.away {
			t.Errorf("%s: the token arrives elsewhere: %t", test.location, there)
		}
		if there, want := arrives(c.home), test.stay == "" && !test.away; there != want {
			t.Errorf("%s: the token arrives at the next URL: %t", test.location, there)
		}
	}
}

// TestSecuredIsFollowed: https in place of http, at the ports they have by default, is
// the same server; http in place of https is not.
func TestSecuredIsFollowed(t *testing.T) {
	for _, test := range []struct {
		from, to string
		trusted  bool
		stay     Stay
	}{
		{"http://api.localhost/me", "https://api.localhost/you", false, ""},
		{"https://api.localhost/me", "http://api.localhost/you", false, StayOrigin},
		{"https://api.localhost/me", "http://api.localhost/you", true, ""}, // of this machine
		{"https://api.example.com/me", "http://api.example.com/you", true, StayClear},
		{"https://api.example.com/me", "http://localhost/you", true, StayEnd}, // inside
	} {
		c := newCrossing(t, 301, test.to)
		c.target.URL = test.from
		log, stay, err := c.client.Follow(t.Context(), c.target, test.trusted)
		if err != nil {
			t.Fatal(err)
		}
		if at := log.Target == test.to; stay != test.stay || at != (stay == "") {
			t.Errorf("%s to %s: %q, at %s", test.from, test.to, stay, log.Target)
		}
		token := slices.ContainsFunc(c.away.arrived(), func(r string) bool { return strings.Contains(r, testToken) })
		if token != (test.stay == "") {
			t.Errorf("%s to %s: the token arrives: %t", test.from, test.to, token)
		}
	}
}

// TestWayBack: who was sent home by another origin comes with nothing.
func TestWayBack(t *testing.T) {
	c := newCrossing(t, 302, "http://evil.example/x")
	c.away = newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/x" {
			w.Header().Set("Location", "http://api.example.com/you")
			w.WriteHeader(http.StatusFound)
			return
		}
		refuse(w, r)
	})
	c.target.URL, c.target.AllowHTTP = "http://api.example.com/me?key=MARKED-query", true
	log, stay, err := c.client.Follow(t.Context(), c.target, false)
	if err != nil || stay != StayOrigin || len(log.Redirects.Hops) != 3 {
		t.Errorf("%q, %v, %+v", stay, err, log.Redirects)
	}
	for _, request := range c.away.arrived() {
		if secret(request) {
			t.Errorf("there arrives\n%s", request)
		}
	}
}

// TestWalk: where the way goes on and on, it is left.
func TestWalk(t *testing.T) {
	for _, test := range []struct {
		name string
		next func(path string) string
		hops []string
		end  string
	}{
		{"to an end", func(path string) string { return map[string]string{"/me": "/1", "/1": "2"}[path] }, []string{"/me", "/1", "/2"}, ""},
		{"in a circle", func(path string) string { return map[string]string{"/me": "/1", "/1": "/me"}[path] }, []string{"/me", "/1"}, StoppedLoop},
		{"to itself", func(string) string { return "" }, nil, ""},
		{"to a login", func(path string) string { return map[string]string{"/me": "/1", "/1": "/login?next=/me"}[path] }, []string{"/me", "/1"}, StoppedLogin},
		{"without end", func(path string) string { return path + "x" }, []string{"/me", "/mex", "/mexx", "/mexxx", "/mexxxx", "/mexxxxx"}, StoppedHops},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				if to := test.next(r.URL.Path); to != "" {
					w.Header().Set("Location", to)
					w.WriteHeader(http.StatusPermanentRedirect)
					return
				}
				refuse(w, r)
			})
			c := &Client{Transport: s.transport(), Agent: "jwt-probe/test"}
			log, err := c.Run(t.Context(), Target{URL: "http://127.0.0.1/me", Token: testToken})
			if err != nil {
				t.Fatal(err)
			}
			if test.hops == nil {
				if log.Redirects != nil {
					t.Errorf("there is a way: %+v", log.Redirects)
				}
				return
			}
			var hops []string
			for _, hop := range log.Redirects.Hops {
				hops = append(hops, strings.TrimPrefix(hop.URL, "http://127.0.0.1"))
				if hop.Response.Body != "" {
					t.Errorf("%s: its body is kept", hop.URL)
				}
			}
			if diff := cmp.Diff(test.hops, hops); diff != "" || log.Redirects.Skipped != test.end {
				t.Errorf("ends with %q (-want +got):\n%s", log.Redirects.Skipped, diff)
			}
			for _, request := range s.arrived() {
				if !strings.HasPrefix(request, "GET /me ") && strings.Contains(request, testToken) {
					t.Errorf("the token arrives:\n%s", request)
				}
			}
		})
	}
}

// TestNoWalk: no way is walked where it would tell nothing.
func TestNoWalk(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
	}{
		{"no redirect", refuse},
		{"no Location", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) }},
		{"not with the token", func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Authorization"), testToken) {
				return
			}
			http.Redirect(w, r, "/x", http.StatusFound)
		}},
		{"asked too often", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			http.Redirect(w, r, "/x", http.StatusFound)
		}},
	} {
		s := newSite(t, test.answer)
		c := &Client{Transport: s.transport(), Agent: "jwt-probe/test"}
		log, err := c.Run(t.Context(), Target{URL: "http://127.0.0.1/me", Token: testToken})
		if err != nil || log.Redirects != nil {
			t.Errorf("%s: %v, %+v", test.name, err, log.Redirects)
		}
		for _, request := range s.arrived() {
			if !strings.HasPrefix(request, "GET /me") {
				t.Errorf("%s: there arrives\n%s", test.name, request)
			}
		}
	}
}

// TestInside: a server that is elsewhere sends nobody to this machine or its network.
func TestInside(t *testing.T) {
	for _, location := range []string{"http://127.0.0.1/x", "http://localhost:3000/x", "http://[::1]/x", "http://169.254.169.254/latest/", "http://10.0.0.1/", "http://0.0.0.0/", "http://[fe80::1]/"} {
		c := newCrossing(t, 302, location)
		c.target.URL, c.target.AllowHTTP = "http://api.example.com/me", true
		log, err := c.client.Run(t.Context(), c.target)
		if err != nil || log.Redirects.Skipped != StoppedInside || len(c.away.arrived()) > 0 {
			t.Errorf("%s: %v, %+v", location, err, log.Redirects)
		}
	}
}

// TestNoTransport: to another origin nothing is sent by a transport that is not for it.
func TestNoTransport(t *testing.T) {
	c := newCrossing(t, 302, "http://evil.example/x")
	c.client.Elsewhere = nil
	log, err := c.client.Run(t.Context(), c.target)
	if err != nil || log.Redirects.Skipped != StoppedOrigin {
		t.Errorf("%v, %+v", err, log.Redirects)
	}
	c.client.Elsewhere = func(string, bool) (http.RoundTripper, error) { return nil, fmt.Errorf("no way") }
	log, err = c.client.Run(t.Context(), c.target)
	if err != nil || log.Redirects.Fault != "no way" || len(log.Redirects.Hops) != 2 {
		t.Errorf("%v, %+v", err, log.Redirects)
	}
}
