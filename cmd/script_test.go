package cmd

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/serve"
)

// update rewrites what is generated or compared: go test ./cmd -update.
var update = flag.Bool("update", false, "rewrite generated and golden files")

// TestMain makes the real main a command of the scripts, beside what stands for jq and curl.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"jwt": func() { os.Exit(Main()) }, "jwt-test-member": func() { os.Exit(testMember()) }, "jwt-test-curl": func() { os.Exit(testCurl()) },
	})
}

// TestScripts runs testdata/script: what a user types, and what comes of it.
func TestScripts(t *testing.T) {
	keys, err := filepath.Abs("../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	server, overTLS, certificate := keyServer(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KEYS", keys)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // with the race detector, each command would sleep a second at its end
			env.Setenv("SERVER", server)
			env.Setenv("TLS_SERVER", overTLS)
			env.Setenv("TLS_CERT", certificate)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": wantExit},
	})
}

// wantExit is "exits N COMMAND…": it runs a command that must exit with the code N.
func wantExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// keyServer serves the JWK Sets that the scripts ask for: good, bad and none. It
// does so over TLS too, with the certificate in a file.
func keyServer(t *testing.T) (url, overTLS, certificate string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", metadata)
	mux.HandleFunc("/issuer/{name}/.well-known/openid-configuration", metadata)
	mux.HandleFunc("/issuer/slow/.well-known/openid-configuration", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.Handle("/issuer/away/.well-known/openid-configuration", http.RedirectHandler("https://id.example.com/", http.StatusFound))
	mux.Handle("/", http.FileServer(http.Dir("../testdata/jwks")))
	mux.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		http.ServeFile(w, r, "../testdata/jwks/set.json")
	})
	mux.HandleFunc("/html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Log in</title>"))
	})
	mux.HandleFunc("/open", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	mux.HandleFunc("/alike", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Unauthorized", http.StatusUnauthorized) })
	mux.HandleFunc("/company", func(w http.ResponseWriter, r *http.Request) { // in words that nobody else knows
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		if r.Header.Get("Authorization") == "" {
			_, _ = io.WriteString(w, `{"code":"ACME-1007","text":"who is there?"}`)
			return
		}
		_, _ = io.WriteString(w, `{"code":"ACME-1008","text":"this pass is not one of ours"}`)
	})
	mux.HandleFunc("/limited", func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusUnauthorized
		if r.Header.Get("Authorization") != "" {
			w.Header().Set("Retry-After", "30")
			status = http.StatusTooManyRequests
		}
		http.Error(w, http.StatusText(status), status)
	})
	walks(mux)
	mux.Handle("/old", http.RedirectHandler("/me", http.StatusMovedPermanently))
	mux.Handle("/private", http.RedirectHandler("/login?next=/private", http.StatusFound))
	mux.HandleFunc("/hostile", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "\x1b[2J\u202e you sent "+r.Header.Get("Authorization"))
	})
	mux.HandleFunc("/quoting/{how}", func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		switch r.PathValue("how") {
		case "php":
			token = strings.ReplaceAll(token, "/", `\/`)
		case "cut":
			token = token[:max(len(token)-5, 0)]
		case "lower":
			token = strings.ToLower(token)
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"no such token: `+token+`"}`)
	})
	wrongClocks(mux)
	mux.Handle("/moved.json", http.RedirectHandler("/set.json", http.StatusFound))
	mux.Handle("/elsewhere.json", http.RedirectHandler("http://127.0.0.2:1/set.json", http.StatusFound))
	mux.HandleFunc("/endless.json", func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 64<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	loginEndpoints(mux, api(t, server.URL, mux))
	secure := httptest.NewUnstartedServer(mux)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that do not trust it
	secure.StartTLS()
	t.Cleanup(secure.Close)
	walksOverTLS.Store(secure.URL)
	certificate = filepath.Join(t.TempDir(), "server.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}
	if err := os.WriteFile(certificate, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, secure.URL, certificate
}

// metadata is what each issuer says of itself: the one at the root what it should,
// the others what their names say.
func metadata(w http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	if r.TLS != nil {
		base = "https://" + r.Host
	}
	issuer, keys := base+strings.TrimSuffix(r.URL.Path, "/.well-known/openid-configuration"), base+"/set.json"
	switch r.PathValue("name") {
	case "", "slash":
		issuer += "/"
	case "foreign":
		issuer = "https://id.example.com/"
	case "poisoned":
		keys = "http://id.example.com/set.json"
	case "elsewhere":
		keys = strings.Replace(keys, "127.0.0.1", "localhost", 1)
	case "leaky":
		keys = base + "/leaked.json"
	case "dead":
		keys = base + "/missing.json"
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{
		"issuer": issuer, "jwks_uri": keys, "token_endpoint": base + "/token", "device_authorization_endpoint": base + "/device",
	})
}

// api adds an API that takes the tokens which the test's EC key signs, at /me, and
// the same behind a front that loses the header, at /stripped/me.
func api(t *testing.T, url string, mux *http.ServeMux) *serve.Issuer {
	data, err := os.ReadFile("../testdata/keys/ec256.pem")
	if err != nil {
		t.Fatal(err)
	}
	set, err := key.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	k := set.Keys[0]
	k.ID, k.HasID = k.Thumbprint(), true
	issuer, err := serve.NewIssuer(url, k)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/me", serve.NewAPI(issuer, "api"))
	target, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/stripped/", http.StripPrefix("/stripped", serve.Stripping(target)))
	mux.Handle("/echo", serve.Echo())
	return issuer
}

// walks adds redirects to where their names say.
func walks(mux *http.ServeMux) {
	mux.HandleFunc("/walk/{name}", func(w http.ResponseWriter, r *http.Request) {
		status, to := http.StatusFound, ""
		switch name := r.PathValue("name"); name {
		case "start":
			to = "http://" + strings.Replace(r.Host, "127.0.0.1", "localhost", 1) + "/walk/on"
		case "on":
			status, to = http.StatusTemporaryRedirect, "/me"
		case "https":
			status, to = http.StatusMovedPermanently, walksOverTLS.Load().(string)+"/me"
		case "circle":
			to = "circle-on"
		case "circle-on":
			to = "circle"
		case "file":
			to = "file:///etc/passwd"
		case "script":
			to = "javascript:alert(1)"
		case "backslash":
			to = `https:/\api.example.com/`
		case "login":
			to = "/private"
		case "hostile":
			to = "https:\\\\\u202e.example/"
		case "leaky":
			to = "http://localhost:1/" + r.Header.Get("X-Api-Key")
		default:
			to = name + "x"
		}
		w.Header()["Location"] = []string{to} // as it is
		w.WriteHeader(status)
	})
}

// walksOverTLS is the URL of the server with TLS, which is known when it has started.
var walksOverTLS atomic.Value
