package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/serve"
)

// canaryProbe is what the probe says of a handler, without a token and with one, and
// again from the saved log.
func canaryProbe(t *testing.T, handler http.Handler, args ...string) (verdict string) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	log := filepath.Join(t.TempDir(), "log")
	var said []string
	for _, more := range [][]string{nil, {"--token", attackToken(attackHeader, attackPayload), "--log", log}} {
		code, out, errs := testRun(t, append(append([]string{"probe", server.URL, "-j"}, args...), more...)...)
		said = append(said, canaryVerdict(t, code, out, errs))
	}
	code, out, errs := testRun(t, "probe", "--from", log, "-j")
	said = append(said, canaryVerdict(t, code, out, errs))
	if len(args) > 0 { // --canary is not in the log
		said[2] = said[1]
	}
	if said[0] != said[1] || said[1] != said[2] {
		t.Errorf("without a token, with one, and from the log: %q", said)
	}
	return said[0]
}

func canaryVerdict(t *testing.T, code int, out, errs string) string {
	t.Helper()
	var d struct{ Verdict, Claim, Confidence, Reason, Carrier string }
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("exit code %d: %v: %s%s", code, err, out, errs)
	}
	return strings.Join([]string{d.Verdict, d.Claim, d.Confidence, d.Reason, d.Carrier}, " ")
}

// TestEcho: who says what arrived proves it.
func TestEcho(t *testing.T) {
	canary := func(carrier string, change func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			value := change(r.Header.Get("Authorization"))
			scheme, credentials, seen := strings.Cut(value, " ")
			digest, carrier := "", carrier
			if !seen {
				carrier = ""
			} else {
				sum := sha256.Sum256([]byte(credentials))
				digest = hex.EncodeToString(sum[:4])
			}
			_, _ = fmt.Fprintf(w, `{"seen":%t,"scheme":%q,"length":%d,"sha256_8":%q,"carrier":%q}`, seen, scheme, len(credentials), digest, carrier)
		}
	}
	same := func(value string) string { return value }
	dump := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, "<tr><td>$_SERVER['HTTP_USER_AGENT']</td><td>%s</td></tr>\n", r.UserAgent())
			if value := r.Header.Get("Authorization"); value != "" && name != "" {
				_, _ = fmt.Fprintf(w, "<tr><td>$_SERVER['%s']</td><td>%s</td></tr>\n", name, value)
			}
		}
	}
	httpbin := func(drop bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if drop {
				r.Header.Del("Authorization")
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"headers": r.Header, "url": "http://example.com/"})
		}
	}
	masks := func(shown func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if value := r.Header.Get("Authorization"); value != "" {
				r.Header.Set("Authorization", shown(value))
			}
			httpbin(false)(w, r)
		}
	}
	elsewhere := func(shown func(string) any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			answer := map[string]any{}
			if value := r.Header.Get("Authorization"); value != "" {
				answer["auth"] = shown(value)
			}
			r.Header.Del("Authorization")
			answer["headers"] = r.Header
			_ = json.NewEncoder(w).Encode(answer)
		}
	}
	apache := func(w http.ResponseWriter, r *http.Request) {
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			_, _ = fmt.Fprintf(w, "<tr><td class=\"e\">%s </td><td class=\"v\">%s </td></tr>\n", name, r.Header.Get(name))
		}
		dump("")(w, r)
	}
	for _, tt := range []struct {
		name    string
		handler http.Handler
		want    string
		args    []string
	}{
		{"a canary", canary("HTTP_AUTHORIZATION", same), "accepted app proven echo-of-header HTTP_AUTHORIZATION", nil},
		{"a canary that must be one", canary("Authorization", same), "accepted app proven echo-of-header Authorization", []string{"--canary"}},
		{"a canary that gets nothing", canary("", func(string) string { return "" }), "stripped app proven echo-without-header ", nil},
		{"a canary that gets another", canary("HTTP_AUTHORIZATION", func(v string) string {
			if v == "" {
				return ""
			}
			return "Bearer of-the-gateway"
		}), "altered app proven echo-of-another HTTP_AUTHORIZATION", nil},
		{"a canary that gets another scheme", canary("HTTP_AUTHORIZATION", func(v string) string { return strings.Replace(v, "Bearer ", "JWT ", 1) }), "altered app proven echo-of-another HTTP_AUTHORIZATION", nil},
		{"a canary that gets a part", canary("HTTP_AUTHORIZATION", func(v string) string { return v[:max(0, len(v)-5)] }), "altered app proven echo-of-another HTTP_AUTHORIZATION", nil},
		{"a canary that gets it elsewhere", canary("REDIRECT_HTTP_AUTHORIZATION", same), "altered app proven echo-elsewhere REDIRECT_HTTP_AUTHORIZATION", nil},
		{"a canary that always says yes", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"seen":true,"scheme":"Bearer","length":1,"sha256_8":"00000000","carrier":"x"}`))
		}), "undetermined  unknown open ", nil},
		{"httpbin", httpbin(false), "accepted app proven echo-of-header ", nil},
		{"httpbin behind something", httpbin(true), "stripped app weak echo-without-header ", nil}, // or it leaves credentials out
		{"httpbin behind something that takes no cookie", httpbin(true), "stripped app strong echo-without-header ", []string{"--field", "Cookie: session=0123456789abcdef"}},
		{"an echo that has it in another place", elsewhere(func(v string) any { return map[string]string{"token": strings.TrimPrefix(v, "Bearer ")} }), "accepted app proven echo-of-header ", nil},
		{"an echo that has a part in another place", elsewhere(func(v string) any { return v[:len(v)-1] }), "undetermined  unknown masked ", nil},
		{"httpbin that hides credentials", masks(func(string) string { return "Bearer ********" }), "undetermined  unknown masked ", nil},
		{"httpbin that shows the beginning of it", masks(func(v string) string { return v[:12] + "..." }), "undetermined  unknown masked ", nil},
		{"httpbin that shows the beginning of a JWT", masks(func(string) string { return "Bearer eyJhbGciOiJIUzI1NiJ9..." }), "undetermined  unknown masked ", nil},
		{"httpbin behind what puts a JWT of its own", masks(func(string) string { return "Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJndyJ9.c2lnbmF0dXJl" }), "altered app proven echo-of-another ", nil},
		{"httpbin behind what puts its own", masks(func(string) string { return "Bearer of-the-gateway" }), "undetermined  unknown masked ", nil},
		{"httpbin behind what puts a password", masks(func(string) string { return "Basic dXNlcjpwYXNzd29yZA==" }), "altered app proven echo-of-another ", nil},
		{"httpbin behind what cuts it", masks(func(v string) string { return v[:len(v)-5] }), "altered app proven echo-of-another ", nil},
		{"phpinfo", dump("HTTP_AUTHORIZATION"), "accepted app proven echo-of-header HTTP_AUTHORIZATION", nil},
		{"phpinfo that has it from Apache alone", http.HandlerFunc(apache), "accepted app proven echo-of-header Authorization", nil},
		{"phpinfo without it", dump(""), "stripped app proven echo-without-header ", nil},
		{"phpinfo with it elsewhere", dump("REDIRECT_REDIRECT_HTTP_AUTHORIZATION"), "altered app proven echo-elsewhere REDIRECT_REDIRECT_HTTP_AUTHORIZATION", nil},
		{"JSON with headers that are not ours", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"headers":{"X":"y"}}`))
		}), "undetermined  unknown open ", nil},
		{"no canary", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }), "undetermined  unknown no-echo ", []string{"--canary"}},
		{"a canary that is refused", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			canary("HTTP_AUTHORIZATION", same)(w, r)
		}), "rejected hop strong answer-differs ", nil}, // it is somebody's, and who knows what it says then
	} {
		if got := canaryProbe(t, tt.handler, tt.args...); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for _, mask := range []string{"", "Bearer", "Bearer [removed]", "[sanitized]", "<secret>", "sha256:9f86d081", "present", "eyJhbGci..", "Basic [removed]"} {
		if got, want := canaryProbe(t, masks(func(string) string { return mask })), "undetermined  unknown masked "; got != want {
			t.Errorf("%q in place of what arrives: %q, want %q", mask, got, want)
		}
	}
}

// TestEchoOfTheToken: what a canary says of made-up tokens it does not say of one that
// is longer, or that somebody takes for good.
func TestEchoOfTheToken(t *testing.T) {
	long := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(long, []byte(attackToken(attackHeader, attackPayload)+strings.Repeat("x", 9000)), 0o600); err != nil {
		t.Fatal(err)
	}
	isLong := func(r *http.Request) bool { return len(r.Header.Get("Authorization")) > 8190 }
	for name, tt := range map[string]struct {
		front func(http.ResponseWriter, *http.Request) (answered bool)
		want  string
	}{
		"it arrives": {func(http.ResponseWriter, *http.Request) bool { return false }, "accepted app proven echo-of-header Authorization"},
		"refused as Apache does": {func(w http.ResponseWriter, r *http.Request) bool {
			if isLong(r) {
				w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte("<p>Your browser sent a request that this server could not understand.<br />\nSize of a request header field exceeds server limit.<br />\n</p>"))
			}
			return isLong(r)
		}, "rejected hop proven too-large "},
		"refused without a word": {func(w http.ResponseWriter, r *http.Request) bool {
			if isLong(r) {
				w.WriteHeader(http.StatusBadRequest)
			}
			return isLong(r)
		}, "rejected hop strong answer-differs "},
		"refused with a word of its size": {func(w http.ResponseWriter, r *http.Request) bool {
			if isLong(r) {
				w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
			}
			return isLong(r)
		}, "undetermined  unknown too-large "},
		"hung up on": {func(_ http.ResponseWriter, r *http.Request) bool {
			if isLong(r) {
				panic(http.ErrAbortHandler)
			}
			return false
		}, "undetermined  unknown token-unanswered "},
		"cut": {func(_ http.ResponseWriter, r *http.Request) bool {
			if value := r.Header.Get("Authorization"); isLong(r) {
				r.Header.Set("Authorization", value[:8000])
			}
			return false
		}, "altered app proven echo-shortened Authorization"},
		"taken out": {func(_ http.ResponseWriter, r *http.Request) bool {
			if isLong(r) {
				r.Header.Del("Authorization")
			}
			return false
		}, "stripped app proven echo-without-header "},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !tt.front(w, r) {
				serve.Echo().ServeHTTP(w, r)
			}
		}))
		for _, args := range [][]string{{"--canary"}, nil, {"--canary", "-X", "POST"}} {
			if tt.want == "rejected hop strong answer-differs " && len(args) > 1 {
				continue // once is not enough there
			}
			code, out, errs := testRun(t, append([]string{"probe", server.URL, "-j", "--token", "@" + long}, args...)...)
			if got := canaryVerdict(t, code, out, errs); got != tt.want {
				t.Errorf("%s, %q: %q, want %q", name, args, got, tt.want)
			}
		}
		server.Close()
	}
}

// TestCanaryFiles: each canary is printed, and the one that every Unix can run says
// what arrives, in any place that Apache puts it.
func TestCanaryFiles(t *testing.T) {
	dir := t.TempDir()
	for _, c := range canaries {
		code, out, errs := testRun(t, "probe", "--print-canary", c.kind)
		if code != 0 || errs != "" || !strings.Contains(out, "never the value") {
			t.Errorf("%s: exit code %d, %s", c.kind, code, errs)
		}
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(out), 0o755); err != nil { //nolint:gosec // a script that is run
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	handler := &cgi.Handler{Path: filepath.Join(dir, "canary.cgi.sh"), InheritEnv: []string{"PATH"}}
	for carrier, want := range map[string]string{
		"X":                           "stripped app proven echo-without-header ", // as Apache does (RFC 3875 §9.2)
		"HTTP_AUTHORIZATION":          "accepted app proven echo-of-header HTTP_AUTHORIZATION",
		"REDIRECT_HTTP_AUTHORIZATION": "altered app proven echo-elsewhere REDIRECT_HTTP_AUTHORIZATION",
	} {
		passing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := *handler
			h.Env = []string{carrier + "=" + r.Header.Get("Authorization")}
			r.Header.Del("Authorization")
			h.ServeHTTP(w, r)
		})
		if got := canaryProbe(t, passing); got != want {
			t.Errorf("%s: %q, want %q", carrier, got, want)
		}
	}
}

// TestCanaryIsReadable: who runs it is another user than who wrote it; and where it
// fails all the same, that is the first thing to look at.
func TestCanaryIsReadable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "canary.py")
	if code, _, errs := testRun(t, "probe", "--print-canary", "wsgi", "-o", file); code != 0 {
		t.Fatal(errs)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode(); runtime.GOOS != "windows" && mode != 0o644 {
		t.Errorf("mode %s", mode)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer server.Close()
	code, _, errs := testRun(t, "probe", server.URL, "--canary")
	if want := "may the server's user read the file?"; code != 22 || !strings.Contains(errs, want) {
		t.Errorf("exit code %d, no %q in %s", code, want, errs)
	}
}
