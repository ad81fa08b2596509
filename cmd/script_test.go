package cmd

import (
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites what is generated or compared: go test ./cmd -update.
var update = flag.Bool("update", false, "rewrite generated and golden files")

// TestMain makes the real main a command of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jwt": func() { os.Exit(Main()) }})
}

// TestScripts runs testdata/script: what a user types, and what comes of it.
func TestScripts(t *testing.T) {
	keys, err := filepath.Abs("../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	server := keyServer(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KEYS", keys)
			env.Setenv("SERVER", server)
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

// keyServer serves the JWK Sets that the scripts ask for: good, bad and none.
func keyServer(t *testing.T) string {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("../testdata/jwks")))
	mux.HandleFunc("/html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Log in</title>"))
	})
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
	return server.URL
}
