package cmd

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/serve"
)

// A shown is a command line of an example or a topic.
type shown struct{ where, line string }

// shownLines is every command line that help shows.
func shownLines() []shown {
	var list []shown
	root := (&app{}).commands(nil)
	root.InitDefaultHelpCmd()
	walk(root, func(c *cobra.Command) {
		for _, line := range examples(c.Example) {
			list = append(list, shown{c.CommandPath(), line})
		}
	})
	for _, t := range topics {
		for line := range strings.Lines(t.text()) {
			if strings.HasPrefix(line, "  jwt ") && t.name != "migrating" {
				list = append(list, shown{"jwt help " + t.name, strings.TrimSpace(line)})
			}
		}
	}
	for _, m := range migrations {
		for _, line := range m.lines {
			list = append(list, shown{"jwt help migrating", line.ours})
		}
	}
	return list
}

// shownExits are the exit codes of what does not end with 0, as its reader is told.
var shownExits = map[string]int{
	"jwt probe https://api.example.com/me --token env:TOKEN --scheme JWT":      21, // the API takes Bearer
	"jwt probe https://api.example.com/me --token @token --expect rejected -q": 25, // and accepts the token
}

// TestShownLines types every command line that help shows, in a folder with the files that
// it names, and with servers for the hosts that it names: https, and nothing of it is
// changed on the way. Where a system's certificates cannot be replaced, these are left out.
func TestShownLines(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the examples are for a shell")
	}
	w := newShownWorld(t)
	seen := map[string]bool{}
	for _, s := range shownLines() {
		if seen[s.line] {
			continue
		}
		seen[s.line] = true
		t.Run(s.where+"/"+s.line, func(t *testing.T) {
			t.Parallel()
			w.run(t, s.line)
		})
	}
	for line := range shownExits {
		if !seen[line] {
			t.Errorf("help does not show %q any more", line)
		}
	}
}

// TestCompletionFromCache: of keys that were fetched before, a shell is told the IDs, and
// nobody is asked for them.
func TestCompletionFromCache(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the certificates of this system cannot be replaced")
	}
	w := newShownWorld(t)
	dir := w.folder(t)
	const set = "https://id.example.com/jwks.json"
	run := func(args ...string) string {
		out, err := w.command(t, dir, "jwt", args...).Output()
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		return string(out)
	}
	want := w.env["JKT"] + "\tP-256 public key\n:4\n"
	ask := []string{"__complete", "verify", "--jwks", set, "--kid", ""}
	if got := run(ask...); got != ":4\n" {
		t.Errorf("nothing was fetched yet, and %q is offered", got)
	}
	run("verify", "-q", "--jwks", set, "@token")
	w.env["HTTPS_PROXY"] = "http://127.0.0.1:1"
	if got := run(ask...); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A shownWorld is what the lines find.
type shownWorld struct {
	files map[string][]byte
	env   map[string]string
	bin   string // of programs that are not ours
	api   *httptest.Server
	other []otherToken
}

// An otherToken is the token of lines that have this in them, as a file of the world.
type otherToken struct{ in, file string }

// shownPrograms stand for programs that are not ours. The words of jq are those that the
// lines use; it fails where a member is not there.
var shownPrograms = map[string]string{
	"pbpaste":     `exec cat "$HOME/clipboard"`,
	"get-another": `exec cat "$HOME/token"`,
	"ssh-add":     `exec cat "$HOME/.ssh/id_ed25519.pub"`,
	"jq":          `exec jwt-test-member "$@"`,
	"curl":        `exec jwt-test-curl "$@"`,
	"kubectl":     `case $1 in get) exec cat "$HOME/jwks.json" ;; create) exec cat "$HOME/token" ;; esac; exit 1`,
}

func newShownWorld(t *testing.T) *shownWorld {
	w := &shownWorld{bin: t.TempDir(), files: map[string][]byte{}, env: map[string]string{}}
	for name, script := range shownPrograms {
		if err := os.WriteFile(filepath.Join(w.bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
	}
	for name, from := range map[string]string{
		"private.pem": "ec256.pem", "public.pem": "ec256.pub.pem", "key.pem": "ec256.pem", "old.pem": "rsa.pub.pem", "app.pem": "rsa.pem",
		".ssh/id_ed25519": "ed25519.openssh.pem", ".ssh/id_ed25519.pub": "ed25519.openssh.pub",
	} {
		data, err := os.ReadFile(filepath.Join("../testdata/keys", from))
		if err != nil {
			t.Fatal(err)
		}
		w.files[name] = data
	}
	const secret = "0123456789abcdef0123456789abcdef"
	w.files["secret"] = []byte(secret)
	w.files["claims.json"] = []byte(`{"sub":"alice"}`)
	w.files[".env"] = []byte("JWT_ISSUER=me\nJWT_SECRET=" + secret + "\n")
	w.files[".config/jwt/config.yaml"] = []byte("profiles: {prod: {iss: me}}\n")
	jwk := w.jwt(t, "key", "convert", "private.pem")
	w.files["private.jwk"], w.files["key.jwk"] = jwk, jwk
	w.files["new.jwk"] = w.jwt(t, "key", "new", "--alg", "ES256")
	w.files["jwks.json"] = w.jwt(t, "jwks", "make", "private.pem")

	issuer, api := w.serve(t, jwk)
	w.api = api
	claims := []string{
		"-i", "https://id.example.com/", "-s", "alice", "-a", "api", "-e", "1h", "--nbf", "now", "--jti", "1", "-P", "role=admin", "-P", "identity:=1",
		"-P", "scope=orders:read orders:write", "-P", "/a/level:=3", "-P", "/realm/level:=3", "-P", "client_id=app",
	}
	signed := func(args ...string) string {
		return strings.TrimSpace(string(w.jwt(t, slices.Concat([]string{"sign"}, args)...)))
	}
	w.files["token"] = []byte(signed(append(claims, "--key", "private.pem", "--typ", "at+jwt")...))
	w.files["hs-token"] = []byte(signed(append(claims, "-S", secret)...))
	w.files["api-token"] = []byte(signed("--key", "private.pem", "-i", issuer.URL(), "-s", "alice", "-a", "api", "-e", "1h"))
	w.files["access"] = w.files["token"]
	w.files["tokens.txt"] = slices.Concat(w.files["token"], []byte("\n"), w.files["token"])
	const proven = "https://api.example.com/me"
	w.env = map[string]string{
		"SECRET": secret, "B64": base64.StdEncoding.EncodeToString([]byte(secret)), "PASSWORD": loginPassword, "CLIENT_ID": "app", "URL": proven,
		"KEY": string(jwk), "OLDEST": string(w.files[".ssh/id_ed25519.pub"]),
		"PROOF": signed("--as", "dpop", "--key", "private.jwk", "--htm", "GET", "--htu", proven, "--ath", "@access"),
	}
	var shownKey struct{ Thumbprint string }
	err := json.Unmarshal(w.jwt(t, "key", "show", "-j", "private.jwk"), &shownKey)
	if err != nil {
		t.Fatal(err)
	}
	w.env["JKT"] = shownKey.Thumbprint
	w.proxy(t)
	if runtime.GOOS == "linux" {
		dir := w.folder(t)
		if out, err := w.command(t, dir, "jwt", "probe", proven, "--token", "@api-token", "--log", "log.json").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if w.files["probe.json"], err = os.ReadFile(filepath.Join(dir, "log.json")); err != nil { //nolint:gosec // written just now
			t.Fatal(err)
		}
	}
	return w
}

// serve starts the servers: an issuer, an API, and a login, all at one address. Which of
// them is asked, the host says.
func (w *shownWorld) serve(t *testing.T, jwk []byte) (*serve.Issuer, *httptest.Server) {
	set, err := key.Parse(jwk)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := serve.NewIssuer("https://id.example.com", set.Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	grants := serve.NewGrants(issuer, serve.Account{User: loginUser, Password: loginPassword, ClientID: "app", ClientSecret: "0123456789abcdef0123456789abcdef"})
	grants.Audience, grants.Lifetime = "api", time.Minute
	mux := http.NewServeMux()
	mux.Handle("id.example.com/", issuer)
	mux.Handle("id.example.com/oauth/", grants)
	mux.Handle("id.example.com/device", grants)
	mux.HandleFunc("id.example.com/jwks.json", func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(w.files["jwks.json"]) })
	mux.HandleFunc("id.example.com/.well-known/openid-configuration", func(rw http.ResponseWriter, _ *http.Request) {
		const base = "https://id.example.com/"
		_ = json.NewEncoder(rw).Encode(map[string]string{
			"issuer": base, "jwks_uri": base + "jwks.json", "token_endpoint": base + "oauth/token", "device_authorization_endpoint": base + "oauth/device_authorization",
		})
	})
	mux.Handle("api.example.com/me", serve.NewAPI(issuer, "api"))
	mux.Handle("api.example.com/auth", grants)
	w.serveReadme(t, mux, set.Keys[0])
	server := httptest.NewUnstartedServer(mux)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{shownCertificate(t)}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	w.files["ca.crt"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return issuer, server
}

// shownCertificate is good for all hosts that are named.
func shownCertificate(t *testing.T) tls.Certificate {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: append([]string{"*.example.com"}, readmeHosts...), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// proxy lets all hosts be found at the servers, for who asks through it.
func (w *shownWorld) proxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		client, _, err := http.NewResponseController(rw).Hijack()
		if err != nil || r.Method != http.MethodConnect {
			return
		}
		defer client.Close() //nolint:errcheck // it may be closed already
		server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", w.api.Listener.Addr().String())
		if err != nil {
			return
		}
		defer server.Close() //nolint:errcheck // the same
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connected\r\n\r\n")
		go func() {
			_, _ = io.Copy(server, client)
			_ = server.Close()
		}()
		_, _ = io.Copy(client, server)
	}))
	t.Cleanup(proxy.Close)
	w.env["HTTPS_PROXY"] = proxy.URL
}

// folder is a new one with all files, which is the home of who types too.
func (w *shownWorld) folder(t *testing.T) string {
	dir := t.TempDir()
	for name, data := range w.files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// jwt runs the program to prepare something.
func (w *shownWorld) jwt(t *testing.T, args ...string) []byte {
	t.Helper()
	c := w.command(t, w.folder(t), "jwt", args...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("jwt %q: %v\n%s", args, err, err.(*exec.ExitError).Stderr) //nolint:errorlint,forcetypeassert // a test
	}
	return out
}

func (w *shownWorld) command(t *testing.T, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.WaitDelay = dir, time.Second
	c.Env = []string{
		"PATH=" + w.bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "GORACE=atexit_sleep_ms=0",
		"SSL_CERT_FILE=" + filepath.Join(dir, "ca.crt"), "SSL_CERT_DIR=" + dir,
	}
	for name, value := range w.env {
		c.Env = append(c.Env, name+"="+value)
	}
	return c
}

var (
	shownOutput = regexp.MustCompile(`(?:-o |--cert-out |--report junit=)(\S+)`)
	shownCode   = regexp.MustCompile(`type the code (\S+)`)
)

// run types a line, and does what its reader does beside that: wait until a server is
// ready and end it, type a password, confirm a device.
func (w *shownWorld) run(t *testing.T, line string) {
	if runtime.GOOS != "linux" && (strings.Contains(line, ".example.com") || strings.Contains(line, "probe.json")) {
		t.Skip("the certificates of this system cannot be replaced")
	}
	shell := "sh"
	if strings.Contains(line, "<(") {
		shell = "bash"
		if _, err := exec.LookPath(shell); err != nil {
			t.Skip("there is no bash")
		}
	}
	dir := w.folder(t)
	token := "token"
	switch {
	case strings.Contains(line, "probe"):
		token = "api-token"
	case strings.Contains(line, "SECRET") || strings.Contains(line, "B64") || strings.Contains(line, "@secret"):
		token = "hs-token"
	}
	for _, o := range w.other {
		if strings.Contains(line, o.in) {
			token = o.file
			break
		}
	}
	copied := w.files[token]
	if strings.Contains(line, "--curl") { // what a browser copies
		copied = fmt.Appendf(nil, "curl 'https://api.example.com/me' -H 'Authorization: Bearer %s'\n", copied)
	}
	for name, data := range map[string][]byte{"token": w.files[token], "clipboard": copied} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	typed := line
	var outputs []string
	for _, match := range shownOutput.FindAllStringSubmatch(line, -1) {
		if match[1] == os.DevNull {
			continue
		}
		file := filepath.Join(dir, match[1])
		_ = os.Remove(file)
		outputs = append(outputs, file)
	}
	serves := strings.HasPrefix(line, "jwt serve")
	if serves { // at a port that is free, and as the process that is to be told to end
		typed = "exec " + strings.TrimSuffix(strings.ReplaceAll(line, "0.0.0.0:8443", "127.0.0.1:0"), " &")
		if !strings.Contains(line, "--listen") {
			typed += " --listen 127.0.0.1:0"
		}
	}
	if strings.Contains(line, "-u alice") && !strings.Contains(line, "--password") && !serves {
		w.typePassword(t, line)
		return
	}
	c := w.command(t, dir, shell, "-c", typed)
	c.Env = append(c.Env, "TOKEN="+string(w.files[token]))
	if strings.Contains(line, "KEY=") {
		c.Env = slices.DeleteFunc(c.Env, func(one string) bool { return strings.HasPrefix(one, "KEY=") })
	}
	if stdin, err := os.Open(filepath.Join(dir, "token")); err == nil {
		c.Stdin = stdin
		defer stdin.Close() //nolint:errcheck // only read
	}
	var out, errs lockedBuffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		switch {
		case serves:
			wait(t, func() bool {
				files := slices.IndexFunc(outputs, func(file string) bool { _, err := os.Stat(file); return err == nil })
				return strings.Contains(out.String(), "\n") || !strings.Contains(line, "--cert-out") && files >= 0
			})
			_ = c.Process.Signal(os.Interrupt)
		case strings.Contains(line, "--client-id app") && !strings.Contains(line, "--client-secret"):
			wait(t, func() bool { return shownCode.MatchString(errs.String()) })
			w.confirm(t, shownCode.FindStringSubmatch(errs.String())[1])
		}
	}()
	err := c.Wait()
	<-ended
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := c.ProcessState.ExitCode(); got != shownExits[line] || strings.Contains(errs.String(), "jwt: error:") {
		t.Errorf("exit code %d, want %d\n%s%s", got, shownExits[line], out.String(), errs.String())
	}
	for _, file := range outputs {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written: %v", filepath.Base(file), err)
		}
	}
}

// typePassword runs a line that asks for the password, at a terminal.
func (w *shownWorld) typePassword(t *testing.T, line string) {
	dir := t.TempDir()
	script := "ttyin -stdin typed\nexec " + line + "\nttyout 'password of alice: '\nstdout '^[^.]+[.][^.]+[.][^.]+$'\n-- typed --\n" + loginPassword + "\n"
	if err := os.WriteFile(filepath.Join(dir, "login.txtar"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	home := w.folder(t)
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		env.Vars = append(env.Vars, "HTTPS_PROXY="+w.env["HTTPS_PROXY"], "SSL_CERT_FILE="+filepath.Join(home, "ca.crt"))
		return nil
	}})
}

// confirm does what a person does who was given a code.
func (w *shownWorld) confirm(t *testing.T, code string) {
	body := strings.NewReader(url.Values{"user_code": {code}}.Encode())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.api.URL+"/device", body)
	if err != nil {
		t.Error(err)
		return
	}
	r.Host = "id.example.com"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := w.api.Client().Do(r)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close() //nolint:errcheck // only its status counts
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the device page answers %s", answer.Status)
	}
}

// wait waits until something is so.
func wait(t *testing.T, is func() bool) {
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("waited in vain")
}

// testMember stands for jq: it prints a member of each JSON document, and fails if it is not
// there. The words are -r .a.b, or -r .list[].a
func testMember() int {
	if len(os.Args) != 3 || os.Args[1] != "-r" {
		return 2
	}
	var print func(value any, path string) bool
	print = func(value any, path string) bool {
		if path == "" {
			_, err := fmt.Fprintln(os.Stdout, value)
			return err == nil && value != nil
		}
		path = strings.TrimPrefix(path, ".")
		name, rest, _ := strings.Cut(path, ".")
		name, all := strings.CutSuffix(name, "[]")
		object, _ := value.(map[string]any)
		if !all {
			return object[name] != nil && print(object[name], rest)
		}
		list, _ := object[name].([]any)
		return len(list) > 0 && !slices.ContainsFunc(list, func(one any) bool { return !print(one, rest) })
	}
	for d := json.NewDecoder(os.Stdin); ; {
		var value any
		if err := d.Decode(&value); err == io.EOF {
			return 0
		} else if err != nil || !print(value, os.Args[2]) {
			return 5
		}
	}
}
