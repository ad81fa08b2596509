package cmd

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/serve"
)

// What the README names beside example.com.
const (
	readmeAuth0   = "acme.eu.auth0.com"
	readmeCognito = "cognito-idp.eu-central-1.amazonaws.com"
	readmeEntra   = "login.microsoftonline.com"
	readmeActions = "token.actions.githubusercontent.com"
	readmeGitHub  = "api.github.com"

	readmeTenant = "8c3f0e4e-7a2b-4f6d-9a51-2d7c5b1e0f3a"
	readmeAPI    = "5b1e0f3a-4f6d-4e4e-9a51-8c3f2d7c7a2b"
)

var readmeHosts = []string{readmeAuth0, readmeCognito, readmeEntra, readmeActions, readmeGitHub}

// readmeIssuers say who they are under these URLs, and have one set of keys.
var readmeIssuers = []string{
	"https://" + readmeAuth0 + "/", "https://keycloak.example.com/realms/acme", "https://" + readmeCognito + "/eu-central-1_AbC123",
	"https://" + readmeEntra + "/" + readmeTenant + "/v2.0", "https://" + readmeActions,
}

// readmeTokens are the tokens of lines that have this in them, as their issuers make them.
var readmeTokens = []struct {
	in   string
	args []string
}{
	{readmeAuth0, []string{
		"-i", readmeIssuers[0], "-s", "auth0|1", "-a", "https://api.example.com/", "-a", "https://acme.eu.auth0.com/userinfo", "-e", "1d",
		"-P", "azp=app", "-P", "scope=openid profile", "-P", `permissions:=["orders:read"]`,
	}},
	{"keycloak", []string{
		"-i", readmeIssuers[1], "-s", "1", "-a", "account", "-e", "5m", "-P", "typ=Bearer", "-P", "azp=app", "-P", "scope=profile email",
		"-P", `realm_access:={"roles":["offline_access","admin"]}`,
	}},
	{"cognito", []string{
		"-i", readmeIssuers[2], "-s", "1", "-e", "1h", "--no-typ", "-P", "token_use=access", "-P", "client_id=app", "-P", "username=alice",
		"-P", "scope=aws.cognito.signin.user.admin",
	}},
	{readmeEntra, []string{
		"-i", readmeIssuers[3], "-s", "1", "-a", readmeAPI, "-n", "now", "-e", "1h", "-P", "ver=2.0", "-P", "tid=" + readmeTenant, "-P", "scp=orders.read",
	}},
	{readmeActions, []string{
		"-i", readmeIssuers[4], "-s", "repo:acme/shop:ref:refs/heads/main", "-a", "api", "-n", "now", "-e", "5m", "-P", "repository=acme/shop",
	}},
	{"kubernetes.default.svc", []string{
		"--as", "kubernetes-sa", "-i", "https://kubernetes.default.svc.cluster.local", "-s", "system:serviceaccount:default:builder", "-a", "api",
		"-P", `kubernetes.io:={"namespace":"default","serviceaccount":{"name":"builder","uid":"1"}}`,
	}},
	{"--as id-token", []string{"-i", "https://id.example.com/", "-s", "1", "-a", "my-client", "-e", "1h"}},
	{"--as logout-token", []string{
		"-i", "https://id.example.com/", "-s", "1", "-a", "my-client", "-e", "2m", "--jti", "auto", "-t", "logout+jwt",
		"-P", `events:={"http://schemas.openid.net/event/backchannel-logout":{}}`,
	}},
	{"scope:={", []string{"-s", "1", "-e", "1h", "-P", `scope:={"admin":true,"other":true}`}},
	{"of the gates", []string{"-i", "https://login.example.com", "-s", "alice", "-a", "api", "-e", "1h"}},
}

// serveReadme adds the servers that only the README names.
func (w *shownWorld) serveReadme(t *testing.T, mux *http.ServeMux, k key.Key) {
	issuer, err := serve.NewIssuer("https://login.example.com", k)
	if err != nil {
		t.Fatal(err)
	}
	api := serve.NewAPI(issuer, "api")
	mux.Handle("login.example.com/", issuer)
	mux.Handle("staging.example.com/me", api)
	mux.Handle("stripping.example.com/me", serve.Stripped(api))
	mux.Handle("api.example.com/canary", serve.Echo())
	mux.HandleFunc("api.example.com/token", func(rw http.ResponseWriter, r *http.Request) { // as FastAPI has it
		if r.PostFormValue("username") != loginUser || r.PostFormValue("password") != loginPassword {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(rw).Encode(map[string]string{"access_token": string(w.files["token"]), "token_type": "bearer"})
	})
	mux.HandleFunc("api.example.com/sessions", func(rw http.ResponseWriter, r *http.Request) {
		var sent struct{ Email, Password, Realm string }
		if json.NewDecoder(r.Body).Decode(&sent) != nil || sent.Email != loginUser || sent.Password != loginPassword || sent.Realm != "staff" {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(rw).Encode(map[string]string{"token": string(w.files["token"])})
	})
	for _, url := range readmeIssuers {
		place := strings.TrimSuffix(strings.TrimPrefix(url, "https://"), "/")
		mux.HandleFunc(place+"/.well-known/openid-configuration", func(rw http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(rw).Encode(map[string]string{"issuer": url, "jwks_uri": "https://" + place + "/keys"})
		})
		mux.HandleFunc(place+"/keys", func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(w.files["jwks.json"]) })
	}
	mux.HandleFunc(readmeGitHub+"/app", func(rw http.ResponseWriter, r *http.Request) {
		if !demoSomeToken.MatchString(r.Header.Get("Authorization")) || r.Header.Get("Accept") != "application/vnd.github+json" {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(rw, `{"slug":"acme"}`)
	})
}

// newReadmeWorld is the world of help, and what the README names beside it.
func newReadmeWorld(t *testing.T) *shownWorld {
	w := newShownWorld(t)
	w.env["TENANT"], w.env["API_ID"], w.env["TEAM"], w.env["ISSUER"] = readmeTenant, readmeAPI, "ABCDE12345", "https://login.example.com"
	w.files["AuthKey_ABC123DEFG.p8"] = w.files["private.pem"]
	rsa, err := os.ReadFile("../testdata/keys/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	if w.files["account.json"], err = json.Marshal(map[string]string{
		"type": "service_account", "client_email": "builder@acme.iam.gserviceaccount.com", "private_key_id": "1", "private_key": string(rsa),
		"token_uri": "https://oauth2.googleapis.com/token",
	}); err != nil {
		t.Fatal(err)
	}
	for i, token := range readmeTokens {
		file := fmt.Sprintf("token-%d", i)
		w.files[file] = w.jwt(t, slices.Concat([]string{"sign", "--key", "private.pem"}, token.args)...)
		w.other = append(w.other, otherToken{token.in, file})
	}
	w.files["flask-token"] = w.jwt(t, "sign", "-S", "env:SECRET", "--as", "flask-pyjwt-auth", "-s", "1", "-i", "me", "-P", "scope:={}")
	w.other = append(w.other, otherToken{"--as flask-pyjwt-auth", "flask-token"})
	if runtime.GOOS == "linux" {
		var got struct {
			Refresh string `json:"refresh_token"`
		}
		out := w.jwt(t, "login", "https://id.example.com/oauth/token", "-u", "alice", "--password", "env:PASSWORD", "--grant", "password",
			"--client-id", "app", "--client-secret", "env:SECRET", "-j")
		if err := json.Unmarshal(out, &got); err != nil || got.Refresh == "" {
			t.Fatalf("%v: %s", err, out)
		}
		w.files["refresh"] = []byte(got.Refresh)
	}
	return w
}

// readmeUntried are lines of the README that its world has no place for: there, a proxy
// looks the hosts up. The script probe_deep has them.
var readmeUntried = []string{"jwt probe https://api.example.com/me --token env:TOKEN --each-address"}

var (
	shellBlock      = regexp.MustCompile("(?ms)^```sh\n(.*?)^```\n")
	yamlBlock       = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```\n")
	shellComment    = regexp.MustCompile(`(?m)(^|\s+)#\s.*$`)
	readmeElsewhere = regexp.MustCompile(`git clone|go install|cosign|go test`)
	readmeLine      = regexp.MustCompile(`^(pbpaste \| )?jwt `)
)

// readmeScripts is what the README has for shells: line by line, but for what only makes
// sense together.
func readmeScripts(readme string) []string {
	var list []string
	for _, block := range shellBlock.FindAllStringSubmatch(readme, -1) {
		if readmeElsewhere.MatchString(block[1]) {
			continue // it wants the network, or is about the source
		}
		var lines []string
		for line := range strings.Lines(shellComment.ReplaceAllString(block[1], "")) {
			if line = strings.TrimRight(line, " \n"); line != "" {
				lines = append(lines, line)
			}
		}
		if slices.ContainsFunc(lines, func(line string) bool { return !readmeLine.MatchString(line) }) {
			lines = []string{block[1]}
		}
		list = append(list, lines...)
	}
	return list
}

// TestReadmeLines types what the README has for shells, in the folder and with the servers
// of [TestShownLines], and those of the issuers in its cookbook.
func TestReadmeLines(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the certificates of this system cannot be replaced")
	}
	readme := readReadme(t)
	w := newReadmeWorld(t)
	scripts, seen := readmeScripts(readme), map[string]bool{}
	for _, line := range readmeUntried {
		if !slices.Contains(scripts, line) {
			t.Errorf("README.md does not have %q any more", line)
		}
	}
	for _, script := range scripts {
		if seen[script] || slices.Contains(readmeUntried, script) {
			continue
		}
		seen[script] = true
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			w.run(t, script)
		})
	}
	if len(seen) < 60 {
		t.Errorf("only %d lines were found", len(seen))
	}
}

// gateStep is a step of a workflow or a pipeline that runs the program.
var gateStep = regexp.MustCompile(`(?m)^ *(?:- |run: )(printf .*)$|^        run: \|\n((?:          .*\n)+)`)

// TestReadmeGates runs the steps of the gates in the README: at an API that the header
// reaches, and at one that it does not.
func TestReadmeGates(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the certificates of this system cannot be replaced")
	}
	w := newReadmeWorld(t)
	token := w.files[w.other[slices.IndexFunc(w.other, func(o otherToken) bool { return o.in == "of the gates" })].file]
	steps := 0
	for _, block := range yamlBlock.FindAllStringSubmatch(readReadme(t), -1) {
		for _, match := range gateStep.FindAllStringSubmatch(block[1], -1) {
			step := match[1] + match[2]
			if strings.Contains(step, "releases/download") {
				continue
			}
			steps++
			for host, want := range map[string]int{"staging": 0, "stripping": 20} {
				if !strings.Contains(step, "probe") {
					want = 0
				}
				dir := w.folder(t)
				if err := os.Remove(filepath.Join(dir, "probe.json")); err != nil { // a runner's folder is a new one
					t.Fatal(err)
				}
				c := w.command(t, dir, "sh", "-e", "-c", step)
				c.Env = append(c.Env, "TOKEN="+strings.TrimSpace(string(token)), "URL=https://"+host+".example.com/me")
				out, _ := c.CombinedOutput()
				if got := c.ProcessState.ExitCode(); got != want {
					t.Errorf("at %s: exit code %d, want %d\n%s\n%s", host, got, want, step, out)
				}
			}
		}
	}
	if steps != 4 {
		t.Errorf("%d steps were found, want 4", steps)
	}
}

// testCurl stands for curl, with the words that the lines use.
func testCurl() int {
	set := flag.NewFlagSet("curl", flag.ContinueOnError)
	var fields []string
	set.Func("H", "", func(field string) error { fields = append(fields, field); return nil })
	_ = set.Bool("s", false, "")
	fail := set.Bool("fsS", false, "")
	out, format := set.String("o", "", ""), set.String("w", "", "")
	if set.Parse(os.Args[1:]) != nil || set.NArg() != 1 {
		return 2
	}
	r, err := http.NewRequest(http.MethodGet, set.Arg(0), nil)
	if err != nil {
		return 3
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 6
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	if *fail && answer.StatusCode >= 400 {
		return 22
	}
	if *out == "" {
		_, _ = io.Copy(os.Stdout, answer.Body)
	}
	if *format == "%{http_code}" {
		_, _ = fmt.Fprint(os.Stdout, answer.StatusCode)
	}
	return 0
}
