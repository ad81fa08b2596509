//go:build lab && linux

package cmd

import (
	"net"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/serve"
)

// labCanaries is how each canary is run, $FILE being it, where a runtime is there.
var labCanaries = map[string]struct {
	program string
	script  string // of a shell; it listens on $PORT
}{
	"wsgi": {"python3", `cp "$FILE" canary.py && exec python3 -c 'import os, wsgiref.simple_server as s; from canary import application; s.make_server("127.0.0.1", int(os.environ["PORT"]), application).serve_forever()'`},
	"php":  {"php", `exec php -S "127.0.0.1:$PORT" "$FILE"`},
	"node": {"node", `exec node "$FILE"`},
	"go":   {"go", `mkdir one && cp "$FILE" one/main.go && exec go run one/main.go`},
	"java": {"java", `exec java "$FILE"`},
}

// TestLabCanary runs the canaries for real, with nothing in front and with something
// that takes the header away.
func TestLabCanary(t *testing.T) {
	for _, c := range canaries {
		run, ok := labCanaries[c.kind]
		if !ok {
			continue // cgi has a test that needs no server, asgi a deployment of its own
		}
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(run.program); err != nil {
				labSkip(t, []string{c.kind}, c.kind, run.program)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, c.file)
			if c.kind == "go" {
				file = filepath.Join(dir, "main.go")
			}
			if code, _, errs := testRun(t, "probe", "--print-canary", c.kind, "-o", file); code != 0 {
				t.Fatal(errs)
			}
			port := labPort(t)
			command := exec.Command("sh", "-c", run.script) //nolint:gosec // one of the table
			command.Dir = dir
			command.Env = append(os.Environ(), "PORT="+port, "FILE="+file, "GO111MODULE=off", "PYTHONDONTWRITEBYTECODE=1")
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
				_ = command.Wait()
			})
			target, err := url.Parse("http://127.0.0.1:" + port)
			if err != nil {
				t.Fatal(err)
			}
			for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
				conn, err := net.Dial("tcp", target.Host)
				if err == nil {
					_ = conn.Close()
					break
				}
				if time.Since(start) > time.Minute {
					t.Fatal("it does not listen")
				}
			}
			carrier := map[bool]string{true: "HTTP_AUTHORIZATION", false: "Authorization"}[c.kind == "wsgi" || c.kind == "php"]
			if c.kind == "node" {
				carrier = "authorization"
			}
			through := httputil.NewSingleHostReverseProxy(target)
			if got, want := canaryProbe(t, through), "accepted app proven echo-of-header "+carrier; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if got, want := canaryProbe(t, serve.Stripping(target)), "stripped app proven echo-without-header "; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
