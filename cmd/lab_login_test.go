//go:build lab && linux

package cmd

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A labIssuer is an authorization server that nobody here wrote, and what is tried
// against it.
type labIssuer struct {
	name string
	app  string // of the folder login
	host string // that it has in its issuer
	test func(l *lab, issuer string)
}

var labIssuers = []labIssuer{
	{"oauth2-mock-server", "mock", "localhost", (*lab).mockServer},
	{"oidc-provider", "provider", "127.0.0.1", (*lab).oidcProvider},
}

// loginName is a server's name in required.txt.
func loginName(name string) string { return "login-" + name }

const loginSecret = "s%cret/of+the lab"

// TestLabLogin gets tokens from real authorization servers.
func TestLabLogin(t *testing.T) {
	required := labRequired(t)
	for _, server := range labIssuers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			d := &labDeployment{name: "login", Servers: []labServer{{Run: "node", Venv: labNode, App: server.app}}}
			venvs := labVenvs(t, []*labDeployment{d})
			labSkip(t, required, loginName(server.name), d.missing(venvs))
			l := &lab{T: t, labDeployment: d, venvs: venvs, dir: t.TempDir()}
			l.start()
			server.test(l, strings.Replace(l.url, "127.0.0.1", server.host, 1))
		})
	}
}

// login runs one login, and looks for the secret in all that comes of it.
func (l *lab) login(wantExit int, wait func(errs string), args ...string) (out, errs string) {
	l.Helper()
	var o, e bytes.Buffer
	env := testEnv(&o, &e, map[string]string{"SECRET": loginSecret, "WRONG": "not-the-" + loginSecret, "PASSWORD": "password-of-the-lab"})
	env.Now = time.Now
	env.Wait = func(context.Context, time.Duration) error {
		wait(e.String())
		return nil
	}
	code := Run(context.Background(), env, append([]string{"login"}, args...))
	if code != wantExit {
		l.Errorf("jwt login %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, wantExit, o.String(), e.String())
	}
	for _, secret := range []string{loginSecret, "password-of-the-lab"} {
		if strings.Contains(o.String()+e.String(), secret) {
			l.Errorf("jwt login %s lets a secret out", strings.Join(args, " "))
		}
	}
	return o.String(), e.String()
}

func (l *lab) want(text, pattern string) {
	l.Helper()
	if !regexp.MustCompile(pattern).MatchString(text) {
		l.Errorf("%q does not match %s", text, pattern)
	}
}

const labCompact = `^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$`

func (l *lab) mockServer(issuer string) {
	for _, args := range [][]string{
		{"--issuer-url", issuer, "--client-id", "app", "--client-secret", "env:SECRET"},
		{"--issuer-url", issuer, "--client-id", "app", "--client-secret", "env:SECRET", "--client-auth", "post"},
		{"--issuer-url", issuer, "--client-id", "app", "-u", "alice", "--password", "env:PASSWORD"},
		{issuer + "/token", "--grant", "password", "-u", "alice", "--password", "env:PASSWORD"},
		{issuer + "/token", "--refresh-token", "of-anybody"},
	} {
		out, errs := l.login(0, nil, args...)
		l.want(out, labCompact)
		l.want(errs, `note: the token expires in 1 hour`)
		if code, out, errs := l.run("verify", "--issuer-url", issuer, strings.TrimSpace(out)); code != 0 {
			l.Errorf("verify: exit code %d: %s%s", code, out, errs)
		}
	}
	out, _ := l.login(0, nil, "--issuer-url", issuer, "-u", "alice", "--password", "env:PASSWORD", "-j")
	l.want(out, `"token_type":"Bearer","expires_in":3600,"refresh_token":"[^"]+".*"grant":"password".*"field":"access_token"`)
	_, errs := l.login(4, nil, issuer+"/nowhere", "-u", "alice", "--password", "env:PASSWORD")
	l.want(errs, `/nowhere: answered 404 Not Found`)
	_, errs = l.login(4, nil, "--issuer-url", issuer, "--client-id", "app", "--grant", "device-code")
	l.want(errs, `names no device_authorization_endpoint`)
}

func (l *lab) oidcProvider(issuer string) {
	basic := []string{"--issuer-url", issuer, "--client-id", "app:basic", "--client-secret"}
	out, _ := l.login(0, nil, append(basic, "env:SECRET", "--scope", "orders", "--param", "resource=https://api.example.com")...)
	l.want(out, labCompact)
	code, out, errs := l.run("verify", "--issuer-url", issuer, "--as", "access-token", "--aud", "https://api.example.com", "--scope", "orders", strings.TrimSpace(out))
	if code != 0 {
		l.Errorf("verify: exit code %d: %s%s", code, out, errs)
	}
	_, errs = l.login(3, nil, append(basic, "env:WRONG")...)
	l.want(errs, `answered 401 Unauthorized with invalid_client.*\n.*hint: are --client-id and --client-secret right`)
	_, errs = l.login(3, nil, append(basic, "env:SECRET", "--scope", "orders", "--param", "resource=nonsense")...)
	l.want(errs, `with invalid_target`)
	_, errs = l.login(3, nil, append(basic, "env:SECRET", "--grant", "password", "-u", "alice", "--password", "env:PASSWORD")...)
	l.want(errs, `with unsupported_grant_type.*\n.*hint: the server does not have --grant password`)
	out, _ = l.login(0, nil, "--issuer-url", issuer, "--client-id", "app-post", "--client-secret", "env:SECRET", "--client-auth", "post", "--grant", "client-credentials")
	l.want(out, `^[\w-]+\n$`) // without a resource it is opaque

	public := []string{"--issuer-url", issuer, "--client-id", "app-public", "--scope", "openid offline_access", "-j"}
	out, errs = l.login(0, l.person(2, "approve"), public...)
	l.want(errs, `to log in, open http://127\.0\.0\.1:\d+/device and type the code [A-Z]{4}-[A-Z]{4}\nor open http://127\.0\.0\.1:\d+/device\?user_code=`)
	l.want(out, `"token":"[\w-]+","token_type":"Bearer".*"grant":"device-code"`)
	refresh := regexp.MustCompile(`"refresh_token":"([^"]+)"`).FindStringSubmatch(out)
	if len(refresh) != 2 {
		l.Fatalf("no refresh token came along: %s", out)
	}
	out, _ = l.login(0, nil, "--issuer-url", issuer, "--client-id", "app-public", "--refresh-token", refresh[1])
	l.want(out, `^[\w-]+\n$`)
	_, errs = l.login(3, nil, "--issuer-url", issuer, "--client-id", "app-public", "--refresh-token", "made-up-refresh-token")
	l.want(errs, `with invalid_grant.*\n.*hint: a refresh token expires`)
	_, errs = l.login(3, l.person(1, "deny"), "--issuer-url", issuer, "--client-id", "app-public", "--scope", "openid")
	l.want(errs, `with access_denied; the server says: alice said no`)
}

// person reads the code that is shown, and answers before the n-th question of the
// program: those before that one come too early.
func (l *lab) person(n int, answer string) func(errs string) {
	waits := 0
	return func(errs string) {
		if waits++; waits != n {
			return
		}
		code := regexp.MustCompile(`type the code (\S+)`).FindStringSubmatch(errs)
		if len(code) != 2 {
			l.Fatalf("no code is shown: %s", errs)
		}
		response, err := http.Get(fmt.Sprintf("%s/%s?code=%s", l.url, answer, code[1])) //nolint:gosec,noctx // ours, on loopback
		if err != nil {
			l.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			l.Fatalf("/%s: %s", answer, response.Status)
		}
	}
}
