package probe

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// testToken looks like a JWT; its parts are marked, so that a search finds them.
const testToken = "eyJNQVJLRUQtaGVhZGVyIjoxfQ.eyJNQVJLRUQtcGF5bG9hZCI6MX0+/x.TUFSS0VELXNpZ25hdHVyZS1ieXRlcw"

// A socket is a server that reads requests as bytes: what arrives, not what a
// library makes of it.
type socket struct {
	url string
	mu  sync.Mutex
	got []string // the head of each request
}

func listen(t *testing.T, answer string) *socket {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &socket{url: "http://" + l.Addr().String() + "/me"}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, answer)
		}
	}()
	return s
}

func (s *socket) serve(conn net.Conn, answer string) {
	defer conn.Close() //nolint:errcheck // a test's server
	r := bufio.NewReader(conn)
	var head strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		head.WriteString(line)
		if value, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			_ = json.Unmarshal([]byte(strings.TrimSpace(value)), &length)
		}
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	_, _ = io.ReadFull(r, body)
	s.mu.Lock()
	s.got = append(s.got, head.String()+string(body))
	s.mu.Unlock()
	_, _ = io.WriteString(conn, answer)
}

const refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

// transport is one that keeps no connection, as the command line's.
func transport() http.RoundTripper { return &http.Transport{DisableKeepAlives: true} }

func client() *Client {
	return &Client{Transport: transport(), Agent: "jwt-probe/test", Timeout: 5 * time.Second}
}

// TestWhatArrives compares what arrives at a socket with what each row declares,
// and with what is recorded.
func TestWhatArrives(t *testing.T) {
	first := []string{NoHeader, JunkToken, OtherScheme, TwoTokens, RealToken, NoHeaderAgain, PastCache}
	deep := []string{
		DerivedToken, OtherCase, XField, InCookie, InQuery, InBoth, Duplicate, Pad4k, Pad8k, Pad12k, Pad17k, Pad33k,
		Trace, TraceFirstHop, OtherSlash, HeadMethod, Preflight, NoHeaderLast,
	}
	for _, test := range []struct {
		name   string
		target Target
		want   []string // experiments that are made
	}{
		{"plain", Target{Token: testToken}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, RealToken, NoHeaderAgain, PastCache}},
		{"without a token", Target{}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, NoHeaderAgain, PastCache}},
		{"another scheme", Target{Token: testToken, Scheme: "JWT"}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, RealToken, NoHeaderAgain, PastCache}},
		{"POST", Target{Token: testToken, Method: "POST", Body: []byte("MARKED body")}, []string{NoHeader, RealToken}},
		{"repeated", Target{Token: testToken, Repeat: 3}, slices.Concat(first, []string{NoHeader, RealToken, RealToken, NoHeader})},
		{"repeated without a token", Target{Repeat: 2}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, NoHeaderAgain, PastCache, NoHeader, JunkToken}},
		{"POST, repeated", Target{Token: testToken, Method: "POST", Repeat: 3}, []string{NoHeader, RealToken}},
		{"elsewhere", Target{Token: testToken, SendIn: []Place{InHeader, {"cookie", "jwt"}, {"query", "access_token"}, {"x", "X-Token"}}}, slices.Concat(first, []string{TokenElsewhere, TokenElsewhere, TokenElsewhere})},
		{"deep", Target{Token: testToken, Record: &wire.Token{JWT: true}, Deep: true, Header: []wire.Field{{Name: "Cookie", Value: "k=MARKED"}}}, slices.Concat(first, deep)},
		{"deep without a token", Target{Deep: true}, slices.Concat([]string{NoHeader, JunkToken, OtherScheme, TwoTokens, NoHeaderAgain, PastCache}, deep[1:])},
		{"deep POST", Target{Token: testToken, Method: "POST", Body: []byte("MARKED body"), Deep: true}, slices.Concat(first, slices.DeleteFunc(slices.Clone(deep[1:]), func(id string) bool { return id == HeadMethod }))},
		{"HEAD", Target{Token: testToken, Method: "HEAD"}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, RealToken, NoHeaderAgain, PastCache}},
		{"with fields", Target{Token: testToken, Header: []wire.Field{{Name: "X-Api-Key", Value: "MARKED-api-key"}}}, []string{NoHeader, JunkToken, OtherScheme, TwoTokens, RealToken, NoHeaderAgain, PastCache}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := listen(t, refusal)
			test.target.URL = s.url
			log, err := client().Run(context.Background(), test.target)
			if err != nil {
				t.Fatal(err)
			}
			scheme := test.target.Scheme
			if scheme == "" {
				scheme = "Bearer"
			}
			if len(s.got) != len(test.want) {
				t.Fatalf("%d requests arrived, want %d", len(s.got), len(test.want))
			}
			i := 0
			for _, e := range log.Exchanges {
				if e.Skipped != "" {
					continue
				}
				arrived := s.got[i]
				if e.Experiment != test.want[i] {
					t.Fatalf("request %d is %s, want %s", i, e.Experiment, test.want[i])
				}
				i++
				if e.Fault != "" {
					t.Fatalf("%s: %s", e.Experiment, e.Fault)
				}
				authorization := fieldOf(arrived, "Authorization")
				switch {
				case e.Carries == wire.None:
					if authorization != "" {
						t.Errorf("%s carries nothing, and %q arrived", e.Experiment, authorization)
					}
				case e.Carries == wire.Dummy:
					if !strings.Contains(strings.ReplaceAll(arrived, "jwt-probe/test", ""), "jwt-probe") {
						t.Errorf("%s carries a dummy, and there is none in %q", e.Experiment, arrived)
					}
				case e.In == "query:access_token":
					if !strings.Contains(arrived, "access_token="+url.QueryEscape(testToken)+" ") {
						t.Errorf("no token in the query of %q", arrived)
					}
				case e.In != "":
					place, name, _ := strings.Cut(e.In, ":")
					field, want := name, scheme+" "+testToken
					if place == "cookie" {
						field, want = "Cookie", name+"="+testToken
					}
					if got := fieldOf(arrived, field); got != want || authorization != "" {
						t.Errorf("%s: %q arrived, want %q", e.In, got, want)
					}
				case e.Carries == wire.Real:
					if want := scheme + " " + testToken; authorization != want {
						t.Errorf("%s: %q arrived, want %q", e.Experiment, authorization, want)
					}
				}
				for i, part := range strings.Split(testToken, ".") {
					if e.Carries != wire.Real && (e.Carries != wire.Derived || i == 2) && strings.Contains(arrived, part) {
						t.Errorf("%s carries %s, and part %d of the token arrived", e.Experiment, e.Carries, i)
					}
				}
				if strings.Count(arrived, testToken) > 1 {
					t.Errorf("%s: the token arrived more than once", e.Experiment)
				}
				for _, given := range test.target.Header {
					alone := slices.Contains([]string{Trace, TraceFirstHop, Preflight}, e.Experiment)
					if value := fieldOf(arrived, given.Name); strings.HasPrefix(value, given.Value) == alone {
						t.Errorf("%s: %s: %q arrived", e.Experiment, given.Name, value)
					}
				}
				// Recorded is what was written.
				for _, f := range e.Hops[0].Wrote {
					value := fieldOf(arrived, f.Name)
					if !wire.HasMark(f.Value) && !strings.HasPrefix(f.Value, GivenMark) && value != f.Value {
						t.Errorf("%s: %s: %q is recorded, %q arrived", e.Experiment, f.Name, f.Value, value)
					}
				}
			}
			saved, err := log.Save()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(saved), "MARKED") || strings.Contains(string(saved), testToken) {
				t.Errorf("the log holds a secret:\n%s", saved)
			}
		})
	}
}

// TestHeadHasNoBody: that there is none in the answer to HEAD does not mean that it is empty.
func TestHeadHasNoBody(t *testing.T) {
	for answer, want := range map[string]bool{"Content-Length: 12": true, "Content-Length: 0": false, "Transfer-Encoding: chunked": true} {
		s := listen(t, "HTTP/1.1 401 x\r\nConnection: close\r\n"+answer+"\r\n\r\n")
		log, err := client().Run(context.Background(), Target{URL: s.url, Method: "HEAD"})
		if err != nil {
			t.Fatal(err)
		}
		if got := log.Exchanges[0].Last().Truncated; got != want {
			t.Errorf("%s: truncated %t, want %t", answer, got, want)
		}
	}
}

// TestStream: who lets a request in, and then has no end, has let it in.
func TestStream(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+testToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "data: 1\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	c := client()
	c.Timeout = time.Second
	log, err := c.Run(context.Background(), Target{URL: server.URL, Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	if answer := answerTo(log, RealToken); answer == nil || answer.Status != http.StatusOK || !answer.Truncated || answer.Body != "data: 1\n\n" {
		t.Errorf("recorded is %+v", log.Exchanges[4])
	}
}

// TestTraceIsAlone: nothing of the user's goes with TRACE, nor in its URL.
func TestTraceIsAlone(t *testing.T) {
	s := listen(t, refusal)
	target := Target{
		URL: s.url + "?key=MARKED-query", Token: testToken, Deep: true, Method: "POST", Body: []byte("MARKED body"),
		Header: []wire.Field{{Name: "X-Api-Key", Value: "MARKED-api-key"}},
	}
	if _, err := client().Run(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	traced := 0
	for _, arrived := range s.got {
		if !strings.HasPrefix(arrived, "TRACE ") {
			continue
		}
		traced++
		if strings.Contains(arrived, "MARKED") || !strings.HasPrefix(arrived, "TRACE /me HTTP/1.1\r\n") {
			t.Errorf("%q arrived", arrived)
		}
	}
	if traced != 2 {
		t.Errorf("TRACE was asked %d times", traced)
	}
}

// TestEarlyAnswer: a server need not read a header to its end before it answers. What was
// written by then is recorded, and nobody writes there any more (go test -race).
func TestEarlyAnswer(t *testing.T) {
	c := client()
	late := &lateTransport{}
	c.Transport = late
	log, err := c.Run(context.Background(), Target{URL: "http://127.0.0.1/", Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	late.writing.Wait()
	for _, e := range log.Exchanges {
		if wrote := e.Hops[0].Wrote; len(wrote) == 0 || wrote[0].Name != "X-Early" {
			t.Errorf("%s: %v is recorded", e.Experiment, e.Hops[0].Wrote)
		}
	}
}

// A lateTransport goes on writing when the answer is there, as that of net/http does.
type lateTransport struct{ writing sync.WaitGroup }

func (l *lateTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	trace.WroteHeaderField("X-Early", []string{"x"})
	l.writing.Go(func() { trace.WroteHeaderField("X-Late", []string{testToken}) })
	return &http.Response{StatusCode: http.StatusUnauthorized, Body: http.NoBody}, nil
}

func fieldOf(head, name string) string {
	for line := range strings.Lines(head) {
		if n, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(n, name) {
			return strings.TrimSuffix(value, "\r\n")
		}
	}
	return ""
}

// TestRamp: a field that is too long stops the ramp, and Authorization is made as long.
func TestRamp(t *testing.T) {
	const limit = 10_000
	for _, stripped := range []bool{false, true} {
		var longest int
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if stripped {
				longest = max(longest, len("Authorization: "+r.Header.Get("Authorization")))
				r.Header.Del("Authorization")
			}
			for name, values := range r.Header {
				if len(name+": "+values[0]) > limit {
					w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
					return
				}
			}
			w.WriteHeader(http.StatusUnauthorized)
		}))
		log, err := client().Run(context.Background(), Target{URL: server.URL + "/me", Deep: true})
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		status := map[string]int{}
		for _, e := range log.Exchanges {
			if e.Skipped == "" {
				status[e.Experiment] = e.Last().Status
			}
		}
		want := map[string]int{Pad4k: 401, Pad8k: 401, Pad12k: 431, Pad17k: 0, Pad33k: 0, AsLong: 431}
		if stripped {
			want[AsLong] = 401
			if longest != 12300 {
				t.Errorf("the line was %d bytes long, want that of the field that was refused", longest)
			}
		}
		for id, code := range want {
			if status[id] != code {
				t.Errorf("stripped %t, %s: status %d, want %d", stripped, id, status[id], code)
			}
		}
		saved, err := log.Save()
		if err != nil {
			t.Fatal(err)
		}
		if len(saved) > 64<<10 {
			t.Errorf("the log has %d bytes: what fills a field up is in it", len(saved))
		}
	}
}

// TestDoubt: two servers that are asked in turn, of which one does not get the header.
// The token meets the same one each time, until it is asked again.
func TestDoubt(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "Bearer "+testToken || asked%2 == 0 {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	log, err := client().Run(context.Background(), Target{URL: server.URL, Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, e := range log.Exchanges {
		if e.Experiment == RealToken {
			got = append(got, e.Last().Status)
		}
	}
	if diff := cmp.Diff([]int{200, 200, 401}, got); diff != "" || asked > 8 {
		t.Errorf("%d requests; the token got (-want +got):\n%s", asked, diff)
	}
}

// TestTokenStaysAway: where it can tell nothing, the token is not sent, and no
// redirect is followed.
func TestTokenStaysAway(t *testing.T) {
	elsewhere := listen(t, refusal)
	for _, test := range []struct {
		name, answer, skipped string
		requests              int
	}{
		{"an open URL", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", SkippedOpen, 6},
		{"a limit", "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", SkippedRateLimited, 1},
		{"no answer", "", SkippedNoAnswer, 1},
	} {
		s := listen(t, test.answer)
		log, err := client().Run(context.Background(), Target{URL: s.url, Token: testToken})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.got) != test.requests {
			t.Errorf("%s: %d requests, want %d", test.name, len(s.got), test.requests)
		}
		if strings.Contains(strings.Join(s.got, ""), testToken) {
			t.Errorf("%s: the token was sent", test.name)
		}
		for _, e := range log.Exchanges {
			if e.Experiment == RealToken && e.Skipped != test.skipped {
				t.Errorf("%s: skipped %q, want %q", test.name, e.Skipped, test.skipped)
			}
		}
	}
	if len(elsewhere.got) > 0 {
		t.Errorf("a redirect was followed: %d requests", len(elsewhere.got))
	}
}

// TestUnusableTargets: nothing is sent, and the fault is named.
func TestUnusableTargets(t *testing.T) {
	for _, test := range []struct {
		target Target
		want   Fault
	}{
		{Target{URL: "example.com"}, BadURL},
		{Target{URL: "ftp://example.com"}, BadURL},
		{Target{URL: "http://user:secret@127.0.0.1/"}, BadURL},
		{Target{URL: "http://127.0.0.1/", Method: "GET\r\nX: y"}, BadMethod},
		{Target{URL: "http://127.0.0.1/", Method: "CONNECT"}, BadMethod},
		{Target{URL: "http://127.0.0.1/", Method: "TRACE", Token: testToken}, BadMethod},
		{Target{URL: "http://127.0.0.1/", Scheme: "two words"}, BadScheme},
		{Target{URL: "http://127.0.0.1/", Token: "a\r\nX: y"}, BadToken},
		{Target{URL: "http://127.0.0.1/", Token: "a b"}, BadToken},
		{Target{URL: "http://127.0.0.1/", Token: "tök"}, BadToken},
		{Target{URL: "http://api.example.com/", Token: testToken}, PlainHTTP},
		{Target{URL: "http://127.0.0.1/", Header: []wire.Field{{Name: "authorization", Value: "Basic x"}}}, BadField},
		{Target{URL: "http://127.0.0.1/", Header: []wire.Field{{Name: "X", Value: "a\r\nY: b"}}}, BadField},
	} {
		c := client()
		c.Transport = noTransport{t}
		_, err := c.Run(context.Background(), test.target)
		fault, ok := errors.AsType[*TargetError](err)
		if !ok || fault.Fault != test.want {
			t.Errorf("%s: error %v, want %s", test.target.URL, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error holds a secret: %v", err)
		}
	}
}

type noTransport struct{ t *testing.T }

func (n noTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s was asked", r.URL.Redacted())
	return nil, errors.New("no network in this test")
}

// TestEchoes: whatever form a server sends a credential back in, the record has
// its mark and not its value.
func TestEchoes(t *testing.T) {
	forms := map[string]func(string) string{
		"as it is":      func(s string) string { return s },
		"in a URL":      url.QueryEscape,
		"in HTML":       html.EscapeString,
		"in JSON":       func(s string) string { b, _ := json.Marshal(s); return string(b) },
		"in base64":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"in base64url":  func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"its signature": func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] },
		"after 64 KiB":  func(s string) string { return strings.Repeat("x", maxBody-10) + s },
	}
	for name, form := range forms {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			value := r.Header.Get("Authorization")
			w.Header().Set("X-Echo", strings.ToValidUTF8(form(value), ""))
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "you sent "+form(value)+" \xff.")
		}))
		log, err := client().Run(context.Background(), Target{URL: server.URL + "/?key=MARKED-query-value", Token: testToken})
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		saved, err := log.Save()
		if err != nil {
			t.Fatal(err)
		}
		text := string(saved)
		for _, secret := range append(strings.Split(testToken, "."), testToken, "MARKED") {
			if strings.Contains(text, secret) {
				t.Errorf("%s: the record holds %q", name, secret)
			}
		}
		for _, e := range log.Exchanges {
			body := e.Hops[0].Response.Body
			if want := map[wire.Carries]string{wire.Real: wire.TokenMark, wire.Dummy: "<dummy:"}[e.Carries]; name != "its signature" && name != "after 64 KiB" && !strings.Contains(body, want) {
				t.Errorf("%s: %s has no mark: %.200s", name, e.Experiment, body)
			}
			if len(body) > maxBody {
				t.Errorf("%s: %d bytes are kept", name, len(body))
			}
		}
		loaded, err := wire.Load(saved)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(log, loaded); diff != "" {
			t.Errorf("%s: the record changes when it is saved (-live +saved):\n%s", name, diff)
		}
	}
}

// TestGivenOut: what a server gives out may let somebody in, and is not kept either.
func TestGivenOut(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "session=MARKED-session; Path=/; HttpOnly")
		w.Header().Set("X-New-Token", "Bearer eyJhbGciOiJNQVJLRUQifQ.eyJzdWIiOiJNQVJLRUQifQ.TUFSS0VE")
		w.Header().Set("Location", "/login?next=%2Fme%3Fkey%3DMARKED&key=MARKED")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"refresh_token":"eyJhbGciOiJNQVJLRUQifQ.eyJzdWIiOiJNQVJLRUQifQ.TUFSS0VE","is":"eyJust a word"}`)
	}))
	defer server.Close()
	log, err := client().Run(context.Background(), Target{URL: server.URL + "/me?key=MARKED", Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	saved, err := log.Save()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"MARKED", "NQVJLRUQ", "TUFSS0VE"} {
		if strings.Contains(string(saved), secret) {
			t.Errorf("the record holds %q:\n%.3000s", secret, saved)
		}
	}
	answer := log.Exchanges[0].Last()
	for got, want := range map[string]string{
		answer.Get("Set-Cookie"):  "session=" + wire.HiddenMark + "; Path=/; HttpOnly",
		answer.Get("X-New-Token"): "Bearer " + wire.HiddenMark,
		answer.Body:               `{"refresh_token":"` + wire.HiddenMark + `","is":"eyJust a word"}`,
	} {
		if got != want {
			t.Errorf("%q is recorded, want %q", got, want)
		}
	}
}

// TestGivenURL: no value of a query stands in the record, however it is written and
// sent back, and nothing of a fragment.
func TestGivenURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "no access to "+r.RequestURI+" for "+r.URL.Query().Get("c"))
	}))
	defer server.Close()
	log, err := client().Run(context.Background(), Target{
		URL: server.URL + "/?a=MARKED-one;x&b=100%MARKED-two&c=M%41RKED-three#access_token=MARKED-four", Token: testToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	saved, err := log.Save()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(saved); strings.Contains(text, "MARKED") || strings.Contains(text, "M%41RKED") {
		t.Errorf("the record has what was given: %s", log.Exchanges[0].Last().Body)
	}
	if want := server.URL + "/?a=" + GivenMark + "&b=" + GivenMark + "&c=" + GivenMark; log.Target != want {
		t.Errorf("the target is %s, want %s", log.Target, want)
	}
}

// TestMarksAreNotForged: an answer that only looks like an echo is none.
func TestMarksAreNotForged(t *testing.T) {
	s := listen(t, "HTTP/1.1 401 x\r\nConnection: close\r\n\r\nFormat is Authorization: Bearer <token> <dummy:1>")
	log, err := client().Run(context.Background(), Target{URL: s.url, Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log.Exchanges {
		if body := e.Last().Body; wire.HasMark(body) {
			t.Errorf("%s: %q", e.Experiment, body)
		}
	}
}

func TestFaults(t *testing.T) {
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	c := client()
	c.Timeout = 50 * time.Millisecond
	log, err := c.Run(context.Background(), Target{URL: slow.URL + "?key=MARKED-secret"})
	if err != nil {
		t.Fatal(err)
	}
	first := log.Exchanges[0]
	if first.Fault != "no answer within 50ms" || first.Last() != nil {
		t.Errorf("fault %q", first.Fault)
	}
	if strings.Contains(log.Target, "MARKED") {
		t.Errorf("target %q", log.Target)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if log, err := client().Run(ctx, Target{URL: slow.URL}); !errors.Is(err, context.Canceled) || len(log.Exchanges) != 1 {
		t.Errorf("interrupted: %v", err)
	}
}

func TestPlan(t *testing.T) {
	steps, err := Plan(Target{URL: "https://api.example.com/", Token: "$JWT_TOKEN"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps {
		authorization := ""
		for _, f := range s.Fields {
			authorization = f.Value
		}
		got = append(got, s.ID+"|"+authorization)
	}
	want := []string{
		"no-header|", "junk-token|Bearer jwt-probe-jwt-probe", "other-scheme|JWT jwt-probe-jwt-probe",
		"two-tokens|Bearer jwt-probe jwt-probe", "real-token|Bearer $JWT_TOKEN", "no-header-again|", "past-cache|Bearer jwt-probe-jwt-probe",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRows(t *testing.T) {
	ids := map[string]bool{}
	for _, e := range Experiments() {
		if ids[e.ID] || !strings.HasSuffix(e.Question, "?") || e.send == nil {
			t.Fatalf("the row %q is not one", e.ID)
		}
		ids[e.ID] = true
		const header, signature, nonce = "THE-HEADER.THE-PAYLOAD", "THE-SIGNATURE", "THE-NONCE"
		r := Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: "api.example.com", Path: "/me"}}
		e.send(given{"Bearer", header + "." + signature, nonce, 4200}, &r)
		var sent strings.Builder
		for _, f := range r.Fields {
			sent.WriteString(f.Name + ": " + f.Value + "\n")
		}
		text := sent.String() + r.URL.RawQuery
		for _, part := range []struct {
			what, text string
			by         []wire.Carries
		}{
			{"the token's claims", header, []wire.Carries{wire.Real, wire.Derived}},
			{"its signature", signature, []wire.Carries{wire.Real}},
			{"a credential that nobody knows", "jwt-probe", []wire.Carries{wire.Dummy}},
		} {
			if e.ID == Preflight && part.text == "jwt-probe" { // its origin is called so
				continue
			}
			if strings.Contains(text, part.text) != slices.Contains(part.by, e.Carries) {
				t.Errorf("%s carries %s, and with %s it is otherwise: %s", e.ID, e.Carries, part.what, text)
			}
		}
		if e.Carries == wire.None && (strings.Contains(text, "Authorization:") || strings.Contains(text, "Cookie:")) {
			t.Errorf("%s carries nothing and sends %q", e.ID, text)
		}
		if r.Method == "TRACE" && (!r.Alone || e.Carries != wire.Dummy) {
			t.Errorf("%s may send a secret for servers to reflect (RFC 9110 §9.3.8)", e.ID)
		}
	}
}
