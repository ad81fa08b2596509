//go:build lab && linux

package cmd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

const (
	labServeFolder = "serve" // of the clients' programs
	labServeSecret = "a-secret-of-the-lab"
)

// A labClient is a library that verifies tokens with published keys, which nobody
// here has written, in a program that keeps running.
type labClient struct {
	name    string
	command func(t *testing.T, dir string) (program string, args []string, missing string)
	trust   func(ca string) (args, environment []string) // of a certificate
	refuses string                                       // what it says of a signature that is wrong
}

var labClients = []labClient{
	{"PyJWT", func(t *testing.T, _ string) (string, []string, string) {
		venv := labFindVenv(t, labHome(t), "pyjwt")
		return filepath.Join(venv.dir, "bin", "python"), []string{"pyjwt.py"}, venv.missing
	}, func(ca string) ([]string, []string) { return []string{ca}, nil }, "InvalidSignatureError"},
	{"jose of npm", func(t *testing.T, dir string) (string, []string, string) {
		packages := labFindVenv(t, labHome(t), labNode) // in which jose is what the servers sign with
		if packages.missing == "" && labFind("node") == "" {
			packages.missing = "node"
		}
		if packages.missing == "" {
			if err := os.Symlink(filepath.Join(packages.dir, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
		}
		return labFind("node"), []string{"jose.mjs"}, packages.missing
	}, func(ca string) ([]string, []string) { return nil, []string{"NODE_EXTRA_CA_CERTS=" + ca} }, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"},
}

// TestLabServe lets programs of others get tokens from jwt serve and verify them,
// across a rotation of its keys, in clear and over TLS.
func TestLabServe(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "jwt")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", binary, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, client := range labClients {
		for _, secure := range []bool{false, true} {
			name := client.name + "/http"
			if secure {
				name += "s"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := labServed{T: t, dir: t.TempDir(), client: client}
				program, args, missing := client.command(t, s.dir)
				if missing == "" && labFind("curl") == "" {
					missing = "curl"
				}
				labSkip(t, []string{client.name}, client.name, missing)
				s.start(binary, secure)
				s.verify(program, args)
			})
		}
	}
}

// labServed is a server that runs, and who asks it.
type labServed struct {
	*testing.T
	dir    string
	client labClient
	ca     string // file of its certificate; "" in clear
	ready  serveJSON
}

// start starts the server as anybody would, and waits for the one line that it prints.
func (s *labServed) start(binary string, secure bool) {
	args := []string{"serve", "--listen", "127.0.0.1:0", "-j", "--client-secret", "env:SECRET", "--scope", "orders"}
	if secure {
		s.ca = filepath.Join(s.dir, "ca.pem")
		args = append(args, "--tls", "--cert-out", s.ca)
	}
	log, err := os.Create(filepath.Join(s.dir, "serve.log"))
	if err != nil {
		s.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // it is the server's now
	command := exec.Command(binary, args...)
	command.Env, command.Stderr = []string{"SECRET=" + labServeSecret}, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	out, err := command.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := command.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		ended := make(chan struct{})
		go func() {
			_ = command.Wait()
			close(ended)
		}()
		labStop(command.Process.Pid, ended)
		said, _ := os.ReadFile(log.Name())
		if code := command.ProcessState.ExitCode(); code != 0 || strings.Contains(string(said), "eyJ") || strings.Contains(string(said), labServeSecret) {
			s.Errorf("exit code %d, or a secret in the log", code)
		}
		if s.Failed() {
			s.Logf("%s", said)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		s.Fatal(err)
	}
	if err := json.Unmarshal(line, &s.ready); err != nil {
		s.Fatalf("%v: %s", err, line)
	}
}

// curl asks the server, and gives the status and the body.
func (s *labServed) curl(args ...string) (status, body string) {
	s.Helper()
	if s.ca != "" {
		args = append(args, "--cacert", s.ca)
	}
	command := exec.CommandContext(s.Context(), labFind("curl"), append([]string{"-sS", "--noproxy", "*", "-w", "\n%{http_code}"}, args...)...)
	var errs strings.Builder
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		s.Fatalf("curl: %v: %s", err, &errs)
	}
	at := strings.LastIndex(string(out), "\n")
	return string(out[at+1:]), string(out[:at])
}

func (s *labServed) token() string {
	s.Helper()
	status, body := s.curl("-u", s.ready.ClientID+":"+labServeSecret, "-d", "grant_type=client_credentials", s.ready.Token)
	var answer struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != "200" || answer.Type != "Bearer" {
		s.Fatalf("%s: %s", status, body)
	}
	return answer.Token
}

func (s *labServed) kid(compact string) string {
	s.Helper()
	t, err := token.Parse(compact)
	if err != nil {
		s.Fatal(err)
	}
	kid, _ := t.Header.Text("kid")
	return kid
}

func (s *labServed) verify(program string, args []string) {
	old := s.token()
	says := s.program(program, args)
	want := func(compact, answer string) {
		s.Helper()
		if got := says(compact); got != answer {
			s.Errorf("it says %q, want %q", got, answer)
		}
		if status, body := s.curl("-H", "Authorization: Bearer "+compact, s.ready.Protected); (status == "200") != strings.HasSuffix(answer, s.ready.ClientID) {
			s.Errorf("and the API says %s: %s", status, body)
		}
	}
	want(old, s.kid(old)+" "+s.ready.ClientID)
	if status, body := s.curl("-X", "POST", s.ready.Issuer+"/rotate"); status != "200" {
		s.Fatalf("%s: %s", status, body)
	}
	young := s.token()
	if s.kid(young) == s.kid(old) {
		s.Error("after the rotation there is no new key")
	}
	want(young, s.kid(young)+" "+s.ready.ClientID) // which is not in the set that it has
	want(old, s.kid(old)+" "+s.ready.ClientID)
	want(old[:strings.LastIndex(old, ".")]+young[strings.LastIndex(young, "."):], s.client.refuses)

	again := s.program(program, args) // fetches the set anew
	for _, compact := range []string{young, old} {
		if got, want := again(compact), s.kid(compact)+" "+s.ready.ClientID; got != want {
			s.Errorf("after a new start it says %q, want %q", got, want)
		}
	}
	if _, body := s.curl("-H", "Authorization: Bearer "+young, s.ready.Echo); strings.Contains(body, "eyJ") || !strings.Contains(body, fmt.Sprintf(`"seen":true,"scheme":"Bearer","length":%d,`, len(young))) {
		s.Errorf("the echo: %s", body)
	}
}

// program starts a client. It answers each token with a line.
func (s *labServed) program(program string, args []string) func(compact string) string {
	s.Helper()
	script, err := os.ReadFile(filepath.Join(labDir, labServeFolder, args[0]))
	if err != nil {
		s.Fatal(err)
	}
	file := filepath.Join(s.dir, args[0]) // beside its packages
	if err := os.WriteFile(file, script, 0o600); err != nil {
		s.Fatal(err)
	}
	arguments, environment := []string{file, s.ready.JWKS, s.ready.Issuer, s.ready.Audience}, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "PYTHONDONTWRITEBYTECODE=1"}
	if s.ca != "" {
		more, variables := s.client.trust(s.ca)
		arguments, environment = slices.Concat(arguments, more), slices.Concat(environment, variables)
	}
	command := exec.CommandContext(s.Context(), program, arguments...)
	command.Dir, command.Env, command.Stderr = s.dir, environment, os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		s.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := command.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	lines := bufio.NewReader(out)
	return func(compact string) string {
		s.Helper()
		const patience = 30 * time.Second
		stop := time.AfterFunc(patience, func() { _ = command.Process.Kill() })
		defer stop.Stop()
		if _, err := io.WriteString(in, compact+"\n"); err != nil {
			s.Fatal(err)
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			s.Fatalf("%s ended: %v", s.client.name, err)
		}
		return strings.TrimSpace(line)
	}
}
