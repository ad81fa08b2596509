//go:build lab && linux

package cmd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// The lab: real servers with real frameworks, on loopback. What testdata/lab says
// of a deployment is held first against what the application itself saw, and only
// then is the probe asked.

// A labAnswer is what is read of jwt.probe/v1.
type labAnswer struct {
	Verdict  string
	Claim    string
	Reason   string
	Suspects []struct {
		ID   string
		Rank int
		Fix  []string
	}
	Next []struct {
		ID     string
		Params map[string]string
	}
	Status int `json:"final_status"` // where redirects lead
	Log    wire.Log
}

// TestLab starts each deployment once and probes it. A server that is not
// installed is a skip; in CI it is a failure, for what required.txt names.
func TestLab(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o022)) // Apache's workers are somebody else, and read what is written here
	started := time.Now()
	required := labRequired(t)
	deployments := labDeployments(t)
	for _, name := range required {
		isShell := false
		for _, shell := range labShells {
			isShell = isShell || labCompletionName(shell.name) == name
		}
		if !isShell && !slices.ContainsFunc(deployments, func(d *labDeployment) bool { return d.name == name }) &&
			!redirectRequired(name) &&
			!slices.ContainsFunc(interops, func(i interopProgram) bool { return interopName(i.name) == name }) &&
			!slices.ContainsFunc(labIssuers, func(i labIssuer) bool { return loginName(i.name) == name }) &&
			!slices.ContainsFunc(consumerServers, func(s consumerServer) bool { return consumerName(s.name) == name }) {
			t.Errorf("required.txt has %s, and there is no such deployment or program", name)
		}
	}
	venvs := labVenvs(t, deployments)
	rows := make([][]string, len(deployments)) // a slice each: they are filled at the same time
	t.Run("of", func(t *testing.T) {           // ends when the parallel ones have
		for i, d := range deployments {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				labSkip(t, required, d.name, d.missing(venvs))
				l := lab{T: t, labDeployment: d, venvs: venvs, dir: t.TempDir(), client: labPlainClient(t)}
				l.start()
				l.sign()
				l.truth()
				for _, c := range d.Cases {
					l.opaque(c)
					if d.Login != nil {
						t.Run(strings.Trim(c.Path, "/")+"/login", func(t *testing.T) {
							l := l
							l.T = t
							l.loginThenProbe(c)
						})
					}
					for _, token := range labTokens {
						t.Run(strings.Trim(c.Path, "/")+"/"+token, func(t *testing.T) {
							l := l
							l.T = t
							rows[i] = append(rows[i], l.probe(c, token))
							if token != "wrong-scheme" {
								l.deeply(c, token)
							}
						})
					}
				}
			})
		}
	})
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	const header = "DEPLOYMENT\tURL\tTOKEN\tAPP SEES\tVERDICT\tEXIT\tFIRST SUSPECTS, OR REASON"
	_, _ = fmt.Fprintln(w, header)
	for _, row := range slices.Concat(rows...) {
		_, _ = fmt.Fprintln(w, row)
	}
	_ = w.Flush()
	t.Logf("%s\n%s", time.Since(started).Round(time.Millisecond), table.String())
	if !t.Failed() {
		labFresh(t, header, slices.Concat(rows...), deployments)
	}
}

// labRequired are the names in required.txt.
func labRequired(t *testing.T) []string {
	text, err := os.ReadFile(filepath.Join(labDir, "required.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

// labSkip skips what something is missing for, unless it is required.
func labSkip(t *testing.T, required []string, name, missing string) {
	switch {
	case missing == "":
	case os.Getenv("CI") == "true" && slices.Contains(required, name):
		t.Fatalf("%s is missing; .ci/lab installs it", missing)
	default:
		t.Skipf("%s is missing; .ci/lab installs it", missing)
	}
}

// A lab is one deployment that runs.
type lab struct {
	*testing.T
	*labDeployment
	venvs  map[string]labVenv
	dir    string            // with the rendered files and the logs
	values map[string]string // for ${…} in the files; start adds its own
	url    string
	tokens map[string]string // as sent, by the name in labTokens
	client http.Client
}

// run is testRun with the clock that the servers have.
func (l *lab) run(args ...string) (code int, out, errs string) {
	l.Helper()
	var o, e bytes.Buffer
	env := testEnv(&o, &e, nil)
	env.Now = time.Now
	code = Run(context.Background(), env, args)
	for name, token := range l.tokens {
		l.leak(name, token, "stdout", o.String())
		l.leak(name, token, "stderr", e.String())
	}
	return code, o.String(), e.String()
}

// leak fails if a text holds a token, or the part that makes it valid.
func (l *lab) leak(name, token, where, text string) {
	l.Helper()
	if token == "" {
		return
	}
	for i, part := range append(strings.Split(token, ".")[1:], token) {
		if strings.Contains(text, part) {
			l.Errorf("%s has the token %q, or its %s", where, name, [...]string{"payload", "signature", "whole"}[i])
		}
	}
}

// sign makes the tokens, with our own sign.
func (l *lab) sign() {
	key, another := l.keys()
	sign := func(key []string, more ...string) string {
		args := slices.Concat([]string{"sign", "--nbf", "0s", "--exp", "30m"}, key, more)
		for _, claim := range l.Claims {
			args = append(args, "-P", claim)
		}
		code, out, errs := l.run(args...)
		if code != 0 {
			l.Fatalf("sign: exit code %d: %s", code, errs)
		}
		return strings.TrimSpace(out)
	}
	good := sign(key)
	tokens := map[string]string{
		"none": "", "good": good, "wrong-scheme": good,
		"badly-signed": sign(another),
		"expired":      sign(key, "--at", "3 hours ago"),
	}
	l.tokens = tokens
}

// keys are what to sign with, and what nobody else has. An algorithm of key pairs gets
// its set of public keys written for the application.
func (l *lab) keys() (key, another []string) {
	if l.Alg == "" {
		return []string{"-S", "@" + filepath.Join(labDir, "shared", "secret.txt")},
			[]string{"-S", "a-test-secret-that-no-application-of-the-lab-has"}
	}
	dir := l.TempDir()
	for _, args := range [][]string{
		{"key", "new", "-A", l.Alg, "-k", "lab", "-o", filepath.Join(dir, "key.jwk")},
		{"key", "new", "-A", l.Alg, "-k", "lab", "-o", filepath.Join(dir, "another.jwk")},
		{"jwks", "make", filepath.Join(dir, "key.jwk"), "-o", filepath.Join(l.dir, "jwks.json")},
	} {
		if code, _, errs := l.run(args...); code != 0 {
			l.Fatalf("%s: exit code %d: %s", args[0], code, errs)
		}
	}
	return []string{"--key", filepath.Join(dir, "key.jwk")}, []string{"--key", filepath.Join(dir, "another.jwk")}
}

// A labEcho is what an application says it saw.
type labEcho struct {
	Seen   *bool  `json:"seen"` // nil if it is no such application that answers
	Scheme string `json:"scheme"`
	SHA256 string `json:"sha256_8"`
}

// truth asks the application itself, without a header and with one. Nothing that
// the probe says is worth looking at before this holds.
func (l *lab) truth() {
	sum := sha256.Sum256([]byte(l.tokens["good"]))
	hash := hex.EncodeToString(sum[:4])
	truth := labTruths[l.Sees]
	if l.Guarded {
		truth.without = labUnasked
	}
	for _, ask := range []struct { // a cache keeps the first answer
		authorization string
		want          int
	}{{"", truth.without}, {l.Scheme + " " + l.tokens["good"], truth.with}} {
		status, _, body := l.get(l.url+"/echo", ask.authorization)
		var echo labEcho
		got := labOther
		switch err := json.Unmarshal([]byte(body), &echo); {
		case status != http.StatusOK || err != nil || echo.Seen == nil:
			got = labUnasked
		case !*echo.Seen:
			got = labNothing
		case echo.Scheme == l.Scheme && echo.SHA256 == hash:
			got = labSent
		}
		if got != ask.want {
			l.Fatalf("with header: %t: the lab is built for another truth than %d: %s", ask.authorization != "", status, body)
		}
	}
}

// opaque asks whoever is said to answer the same to everything that it refuses, past
// all that stands in front: the status, the challenges and each byte of the body.
func (l *lab) opaque(c labCase) {
	if c.Opaque == "" {
		return
	}
	ask := func(authorization string) string {
		status, header, body := l.get("http://127.0.0.1:"+l.values[c.Opaque]+strings.ReplaceAll(c.Path, "${TOKEN}", "opaque"), authorization)
		return fmt.Sprint(status, header.Values("WWW-Authenticate"), body)
	}
	absent := ask("")
	for _, token := range []string{"no-token-at-all", l.tokens["badly-signed"]} {
		if got := ask(l.Scheme + " " + token); got != absent {
			l.Errorf("%s is not opaque: %q without a header, %q with a token that is not good", c.Path, absent, got)
		}
	}
	if ask(l.Scheme+" "+l.tokens["good"]) == absent {
		l.Errorf("%s is not opaque but closed: a good token gets what none gets", c.Path)
	}
}

// get asks as a plain client does; the status is 0 if there is no answer.
func (l *lab) get(target, authorization string) (status int, header http.Header, body string) {
	request, err := http.NewRequestWithContext(l.Context(), http.MethodGet, target, nil)
	if err != nil {
		l.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := l.client.Do(request)
	if err != nil { // some servers hang up on what they do not take
		return 0, nil, err.Error()
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		l.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

// probe runs the verb once against the server and then on what it saved, and
// returns the row for the table.
func (l *lab) probe(c labCase, token string) string {
	want := c.want(token)
	dir := l.TempDir()
	log, file := filepath.Join(dir, "probe.json"), filepath.Join(dir, "token")
	fill := labFill(l.values)
	target := l.url
	if c.URL != "" {
		target = fill.Replace(c.URL)
	}
	target += strings.ReplaceAll(c.Path, "${TOKEN}", token)
	want.NextURL = fill.Replace(want.NextURL)
	args := []string{"probe", target, "-j", "--log", log, "--scheme", l.Scheme}
	if token == "wrong-scheme" {
		args[len(args)-1] = l.WrongScheme
	}
	args = slices.Concat(args, l.netFlags(target, want.NextURL), c.Flags)
	if c.Proto == "HTTP/1.1" {
		args = append(args, "--http1.1")
	}
	if value := l.tokens[token]; value != "" {
		if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
			l.Fatal(err)
		}
		args = append(args, "--token", "@"+file)
	}
	code, out, errs := l.run(args...)
	var got labAnswer
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		l.Fatalf("exit code %d, and no answer: %v\n%s\n%s", code, err, out, errs)
	}
	if l.HeldOut {
		l.heldOut(want, token, code, got)
	} else {
		l.compare(want, code, got)
	}
	for _, exchange := range got.Log.Exchanges {
		if answer := exchange.Last(); answer != nil && c.Proto != "" && answer.Proto != c.Proto {
			l.Errorf("%s came by %s, want %s", exchange.Experiment, answer.Proto, c.Proto)
		}
	}
	l.again(want, code, got, log, out)
	l.record(c, token, log)
	if l.Failed() {
		l.Logf("%s\n%s", out, errs)
	}
	last := got.Reason
	if suspects := got.first(); len(suspects) > 0 {
		last = strings.Join(suspects, ", ")
	}
	sees := string(l.Sees)
	if l.Guarded {
		sees += ", guarded"
	}
	return strings.Join([]string{l.name, c.URL + c.Path, token, sees, got.Verdict, strconv.Itoa(code), last}, "\t")
}

// first is the first group of suspects.
func (a labAnswer) first() []string { return a.upTo(1) }

// upTo is the first groups of suspects.
func (a labAnswer) upTo(rank int) []string {
	var ids []string
	for _, s := range a.Suspects {
		if s.Rank <= rank {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// loginThenProbe gets a token and goes on to the API with it: the whole story in one command.
func (l *lab) loginThenProbe(c labCase) {
	want := c.want("good")
	file := filepath.Join(l.TempDir(), "token")
	code, out, errs := l.run("login", l.url+l.Login.Path, "-u", l.Login.User, "--password", l.Login.Password,
		"--then-probe", l.url+c.Path, "--scheme", l.Scheme, "-j", "-o", file)
	token, err := os.ReadFile(file)
	if err != nil {
		l.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	var made struct{ Token string }
	if err := json.Unmarshal(token, &made); err != nil || made.Token == "" {
		l.Fatalf("no token: %v", err)
	}
	l.leak("login", made.Token, "stdout", out)
	l.leak("login", made.Token, "stderr", errs)
	if strings.Contains(out+errs, l.Login.Password) {
		l.Error("the password is shown")
	}
	_, answer, _ := strings.Cut(out, "\n") // behind the login's
	var got labAnswer
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		l.Fatalf("exit code %d, and no answer: %v\n%s\n%s", code, err, out, errs)
	}
	l.compare(want, code, got)
}

// heldOut holds an answer about a held-out deployment to what is true of it: it may be
// undetermined, and never wrong.
func (l *lab) heldOut(want labWant, token string, code int, got labAnswer) {
	if !want.holds(got.Verdict) && got.Verdict != diagnose.Undetermined.String() {
		l.Errorf("%s; true are %q", got.Verdict, want.Verdicts)
	}
	seen := got.Verdict == diagnose.Accepted.String() || token == "none" && got.Verdict == diagnose.Rejected.String() && got.Claim == string(diagnose.App)
	i := slices.IndexFunc(exits, func(r exitRow) bool { return r.verdict == got.Verdict })
	if i < 0 || seen && code != 0 || !seen && code != exits[i].code.number() {
		l.Errorf("exit code %d for %s, claim %q", code, got.Verdict, got.Claim)
	}
}

func (l *lab) compare(want labWant, code int, got labAnswer) {
	if got.Verdict != want.Verdict || code != want.Exit {
		l.Errorf("%s, exit code %d; want %s, %d", got.Verdict, code, want.Verdict, want.Exit)
	}
	if want.Claim != "" && got.Claim != want.Claim {
		l.Errorf("claim %q, want %q", got.Claim, want.Claim)
	}
	if want.Reason != "" && got.Reason != want.Reason {
		l.Errorf("reason %q, want %q", got.Reason, want.Reason)
	}
	if suspects := got.upTo(want.rank()); want.Cause == "" && len(suspects) > 0 || want.Cause != "" && !slices.Contains(suspects, want.Cause) {
		l.Errorf("the first suspects are %q, want %q", suspects, want.Cause)
	}
	mends := false
	for _, s := range got.Suspects {
		mends = mends || s.ID == want.Cause && slices.Contains(s.Fix, want.Fix)
	}
	if want.Fix != "" && !mends {
		l.Errorf("no suspect %s with the line %q", want.Cause, want.Fix)
	}
	advised := false
	for _, n := range got.Next {
		advised = advised || n.ID == want.Next && (want.NextURL == "" || n.Params["url"] == want.NextURL)
	}
	if want.NextURL != "" && got.Status == 0 {
		l.Errorf("the way to %s was not walked to an answer", want.NextURL)
	}
	if want.Next != "" && !advised {
		l.Errorf("the step %q %s is not advised: %+v", want.Next, want.NextURL, got.Next)
	}
}

// again asks the saved log, which must tell the same without a network, and holds
// every form of the answer to what must be in it and what must not.
func (l *lab) again(want labWant, code int, got labAnswer, log, out string) {
	saved, err := os.ReadFile(log)
	if err != nil {
		l.Fatal(err)
	}
	for name, token := range l.tokens {
		l.leak(name, token, "the log", string(saved))
	}
	codeAgain, outAgain, _ := l.run("probe", "--from", log, "-j")
	if codeAgain != code {
		l.Errorf("exit code %d for the saved log, %d for the server", codeAgain, code)
	}
	if diff := cmp.Diff(l.withoutLog(out), l.withoutLog(outAgain)); diff != "" {
		l.Errorf("the saved log gives another diagnosis (-live +saved):\n%s", diff)
	}
	for _, flags := range [][]string{nil, {"-v"}} {
		codeAgain, text, hints := l.run(append([]string{"probe", "--from", log}, flags...)...)
		if codeAgain != code {
			l.Errorf("exit code %d for the answer as text, %d as JSON", codeAgain, code)
		}
		if verdict, _, _ := strings.Cut(text, ":"); !strings.HasSuffix(verdict, got.Verdict) || !strings.Contains(text, want.Fix) {
			l.Errorf("the text does not begin with %q, or has no line %q:\n%s", got.Verdict, want.Fix, text)
		}
		if want.Next != "" && !strings.Contains(hints, "hint: ") {
			l.Errorf("the text advises nothing:\n%s%s", text, hints)
		}
	}
	unwanted, unwantedCode := "accepted", code
	if got.Verdict == unwanted {
		unwanted, unwantedCode = "rejected", 25
	}
	if unwantedCode == 0 { // rejected without a token: seen is all that was expected
		unwantedCode = 21
	}
	for expectation, want := range map[string]int{got.Verdict: 0, unwanted: unwantedCode} {
		if code, _, _ := l.run("probe", "--from", log, "--expect", expectation, "-q"); code != want {
			l.Errorf("--expect %s: exit code %d for %s, want %d", expectation, code, got.Verdict, want)
		}
	}
}

func (l *lab) withoutLog(text string) map[string]any {
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		l.Fatalf("%v: %s", err, text)
	}
	maps.DeleteFunc(object, func(name string, _ any) bool { return name == "log" })
	return object
}
