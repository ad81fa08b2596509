package cmd

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// TestProbeReports: the whole reports of answers that real servers gave.
func TestProbeReports(t *testing.T) {
	for name, log := range map[string]string{
		"stripped":     "apache-mod-wsgi-extended/me.good",
		"accepted":     "apache-mod-wsgi-extended-passauth/me.good",
		"undetermined": "apache-cgid-shell/me.good",
	} {
		dir := t.TempDir()
		html, md := filepath.Join(dir, "html"), filepath.Join(dir, "md")
		_, _, errs := testRun(t, "probe", "-q", "--from", "../testdata/wire/"+log+".json", "--report", "html="+html, "--report", "md="+md)
		for form, file := range map[string]string{"html": html, "md": md} {
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v\n%s", err, errs)
			}
			fresh(t, "../testdata/golden/probe-"+name+"."+form, got)
		}
	}
}

// TestProbePathIsTrue: what the path says of the application is what the application
// itself has seen in the lab, and nothing is drawn that the verdict does not say.
func TestProbePathIsTrue(t *testing.T) {
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../testdata/wire/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		log, err := wire.Load(data)
		if err != nil {
			t.Fatal(err)
		}
		d := diagnose.Explain(log, base)
		path, words := probePath(log, d)
		if len(path) < 2 || words == "" {
			t.Fatalf("%s: no path", file)
		}
		client, application := path[0], path[len(path)-1]
		if client.Mark == ui.Bad || application.State == "" {
			t.Errorf("%s: %+v", file, path)
		}
		if d.Verdict == diagnose.Undetermined {
			for _, s := range path[1:] {
				if s.Mark != ui.Unsure || s.Lost != "" {
					t.Errorf("%s: undetermined, and yet %+v", file, s)
				}
			}
		}
		lost := 0
		for _, s := range path {
			if s.Lost != "" {
				lost++
			}
		}
		if (application.Mark == ui.Bad) != (lost > 0) {
			t.Errorf("%s: %+v", file, path)
		}
		var lab struct{ Sees string }
		deployment, err := os.ReadFile(filepath.Join("../testdata/lab", filepath.Base(filepath.Dir(file)), "deployment.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(deployment, &lab); err != nil {
			t.Fatal(err)
		}
		arrives := map[string]ui.Mark{"yes": ui.Good, "filled": ui.Good}[lab.Sees]
		if arrives == ui.Unsure {
			arrives = ui.Bad
		}
		if lab.Sees == "refused" && log.Token == nil { // only a real token is long enough for that
			arrives = ui.Good
		}
		if d.Verdict == diagnose.Rejected && strings.Contains(file, "nginx-truncates") { // of a short value all arrives, and of a long one the auth scheme
			arrives = ui.Good
		}
		if d.Claim == diagnose.LetIn && lab.Sees == "replaced" { // in with another than was sent, and no more is said than that
			arrives = ui.Good
		}
		if application.Mark != ui.Unsure && application.Mark != arrives {
			t.Errorf("%s: the application sees %q: %+v", file, lab.Sees, path)
		}
	}
}

// TestProbePath draws what the logs of the lab do not have.
func TestProbePath(t *testing.T) {
	sent := []wire.Field{{Name: "Authorization", Value: "Bearer <token>"}}
	answered := func(header ...wire.Field) *wire.Log {
		return &wire.Log{Target: "https://api.example.com/me", Token: &wire.Token{}, Exchanges: []wire.Exchange{
			{Experiment: "real-token", Carries: wire.Real, Hops: []wire.Hop{{Wrote: sent, Response: wire.Response{Status: 401, Header: header}}}},
		}}
	}
	stripped := diagnose.Diagnosis{Verdict: diagnose.Stripped, Claim: diagnose.App, Confidence: diagnose.Strong}
	proxied := answered(wire.Field{Name: "Via", Value: "1.1 inner, 2 outer"}, wire.Field{Name: "Server", Value: "nginx"})
	proxied.Proxy = "http://proxy.example.com:3128"
	walked := answered()
	walked.Exchanges[0].Hops = append([]wire.Hop{{URL: "http://api.example.com/me", Wrote: sent, Response: wire.Response{Status: 301}}}, walked.Exchanges[0].Hops...)
	walked.Exchanges[0].Hops[1].Wrote = nil
	several := answered(wire.Field{Name: "Server", Value: "the good one"})
	several.Addresses = []*wire.Log{answered(wire.Field{Name: "Via", Value: "1.1 x"})}
	atOne := stripped
	atOne.Reason, atOne.Addresses = "some-addresses", []diagnose.Place{{Verdict: diagnose.Accepted}, {Verdict: diagnose.Stripped}}
	traced := stripped
	traced.Evidence = []diagnose.Evidence{{Experiment: "trace", Status: 200, Reflects: diagnose.ReflectsHeader, Server: "Apache"}}
	lacks := stripped
	lacks.Evidence = []diagnose.Evidence{{Experiment: "trace", Status: 200, Reflects: diagnose.ReflectsNone, Server: "Apache"}}
	for _, test := range []struct {
		name string
		log  *wire.Log
		d    diagnose.Diagnosis
		want string
	}{
		{"a front that sent it back", answered(wire.Field{Name: "Server", Value: "Apache"}), traced, "✓client ✓server ✗application/lost here"},
		{"a front of another name", answered(wire.Field{Name: "Server", Value: "gunicorn"}), traced, "✓client ✓server in front ?server/lost here ✗application/or here"},
		{"a front that got none", answered(wire.Field{Name: "Server", Value: "Apache"}), lacks, "✓client ?server/lost here ✗application/or here"},
		{"at one address of several", several, atOne, "✓client ?proxy on the way/lost here ✗application/or here"},
		{"between two", answered(), stripped, "✓client ✗application/lost here"},
		{"several that may have it", proxied, stripped, "✓client ?proxy/lost here ?proxy on the way/or here ?proxy on the way/or here ?server/or here ✗application/or here"},
		{"and none has", proxied, diagnose.Diagnosis{Verdict: diagnose.Accepted, Claim: diagnose.LetIn}, "✓client ✓proxy ✓proxy on the way ✓proxy on the way ✓server ✓application"},
		{"a check", answered(), diagnose.Diagnosis{Verdict: diagnose.Stripped, Claim: diagnose.App, Reason: "removed-after-check"}, "✓client ✓something on the way ✗application/lost here"},
		{"refused on the way", answered(), diagnose.Diagnosis{Verdict: diagnose.Rejected, Claim: diagnose.Hop}, "✓client ✓something on the way ?application"},
		{"intercepted", answered(), diagnose.Diagnosis{Verdict: diagnose.Intercepted, Claim: diagnose.Hop}, "✓client ?something in front ?application"},
		{"under another name", answered(), diagnose.Diagnosis{Verdict: diagnose.Altered, Claim: diagnose.App, Carrier: "REDIRECT_X"}, "✓client ✗application/changed here"},
		{"a redirect", walked, diagnose.Diagnosis{}, "✓client ✓redirect ?application"},
		{"the zero diagnosis", answered(), diagnose.Diagnosis{}, "✓client ?application"},
		{"nothing was sent", &wire.Log{}, diagnose.Diagnosis{}, "?client ?application"},
	} {
		path, _ := probePath(test.log, test.d)
		var got []string
		for _, s := range path {
			words := map[ui.Mark]string{ui.Good: "✓", ui.Bad: "✗", ui.Unsure: "?"}[s.Mark] + s.Name
			if s.Lost != "" {
				words += "/" + s.Lost
			}
			got = append(got, words)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestSuspectsText: what is to be done in one of several places names each of them, and
// what is cleared is called by its name.
func TestSuspectsText(t *testing.T) {
	args := []string{"probe", "--from", "../testdata/wire/apache-mod-wsgi-extended/me.good.json"}
	_, out, _ := testRun(t, args...)
	_, group, _ := strings.Cut(out, "one of these")
	group, _, _ = strings.Cut(group, "also possible")
	if fixes := strings.Count(group, "    fix "); fixes < 2 || fixes != strings.Count(group, "    where ") {
		t.Errorf("not a place for each fix:\n%s", out)
	}
	_, out, _ = testRun(t, append(args, "-v")...)
	for _, want := range []string{
		"not it: mod_proxy_uwsgi hands the header on (apache-proxy-uwsgi): unlike its relatives",
		"delete: RequestHeader unset Authorization\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestReflected: what a front sends back of TRACE, and does not hand on.
func TestReflected(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Apache")
		if r.Method == http.MethodTrace {
			w.Header().Set("Content-Type", "message/http")
			_ = r.Write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"msg":"Missing Authorization Header"}`))
	}))
	defer server.Close()
	report := filepath.Join(t.TempDir(), "report.md")
	code, out, errs := testRun(t, "probe", "--deep", server.URL+"/me", "--report", "md="+report)
	text, err := os.ReadFile(report)
	if code != 20 || err != nil {
		t.Fatal(code, out, errs, err)
	}
	if want := "  trace first hop  200  who answers got the header\n"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s", want, out)
	}
	for _, want := range []string{"last seen: server; lost between there", "got a made-up one (TRACE)", "who answers got the header |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestReportsKeepTheToken: a server that sends back all it gets, in what is shown of it.
func TestReportsKeepTheToken(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("Authorization") + " " + r.Header.Get("X-Key")
		w.Header().Set("Server", given)
		w.Header().Set("Via", "1.1 "+given)
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+given+`"`)
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(given))
	}))
	defer server.Close()
	_, token, _ := testRun(t, "sign", "-S", "0123456789abcdef0123456789abcdef", "-s", "alice")
	token = strings.TrimSpace(token)
	dir := t.TempDir()
	args := []string{"probe", server.URL + "/me", "--token", token, "-H", "X-Key: " + markedSecret}
	for _, form := range []string{"html", "md", "junit"} {
		args = append(args, "--report", form+"="+filepath.Join(dir, form))
	}
	_, out, errs := testRun(t, args...)
	for _, form := range []string{"html", "md", "junit"} {
		report, err := os.ReadFile(filepath.Join(dir, form))
		if err != nil {
			t.Fatal(err, out, errs)
		}
		for i, part := range append(strings.Split(token, ".")[1:], markedSecret, token) {
			if bytes.Contains(report, []byte(part)) {
				t.Errorf("%s has secret %d", form, i)
			}
		}
		if form != "junit" && !bytes.Contains(report, []byte("token&gt;")) && !bytes.Contains(report, []byte("<token>")) {
			t.Errorf("%s does not show what came back:\n%s", form, report)
		}
	}
}
