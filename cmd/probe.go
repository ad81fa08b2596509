package cmd

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/when"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

type probeFlags struct {
	token     text
	got       *givenToken // instead, by who logged in
	method    text
	fields    list
	data      text
	curl      text
	scheme    text
	allowHTTP toggle
	expect    choice
	deep      toggle
	repeat    count
	each      toggle
	sendIn    text
	dryRun    toggle
	compare   list
	canary    toggle
	follow    toggle
	trusted   toggle
	print     choice
	knowledge text
	log, from text
	reports   reports
	net       netFlags
}

func (a *app) probeCommand() *cobra.Command {
	f := probeFlags{
		expect: choice{allowed: diagnose.Expectations()}, print: choice{allowed: canaryKinds()},
		reports: reports{allowed: reportForms, about: "URL"},
	}
	c := &cobra.Command{
		Use:     "probe URL",
		GroupID: groupDeployed,
		Short:   "Find out whether a server sees the Authorization header",
		Long: `Find out whether a server sees the Authorization header.

Asks the URL up to eight times: without the header, with made-up tokens, with
yours. From what differs, and from what is known of servers and frameworks, it
tells whether the header arrives, and if not, what takes it away and which line
gives it back. The token goes to this URL alone. Where it redirects, the way is
walked with a made-up token; -L asks all of it again at the end.

Without a token only the made-up ones are sent, which is often enough.

--curl takes the request, and the token, from a line that a browser or Postman
copied "as cURL". Nothing in it is run, expanded or read from a file, and flags
that are given count more than what the line says.

What an application answers cannot always tell. --print-canary writes one that
says what arrives, to be put in its place for a while: probing that is a proof.
Nor can it if nobody knows the application's words. --knowledge names a folder
of files that say what they mean; the README has one.
The token is --token, else JWT_TOKEN, else what is piped in: in a loop that
reads standard input itself, give it </dev/null.`,
		Example: `  jwt probe https://api.example.com/me --token @token
  jwt probe https://api.example.com/me --token env:TOKEN --scheme JWT
  jwt probe https://api.example.com/me
  pbpaste | jwt probe --curl -
  jwt probe --from probe.json
  jwt probe https://api.example.com/me --token @token --expect rejected -q`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		if len(f.reports.files) > 0 && (bool(f.dryRun) || f.print.value != "") {
			return &usageError{"--report, and nothing is asked that it could be about", ""}
		}
		return a.reporting(ctx, &f.reports, func() error { return a.probe(ctx, c, &f, args) })
	})
	bind(c.Flags(), "token", &f.token)
	bind(c.Flags(), "scheme", &f.scheme)
	bind(c.Flags(), "method", &f.method)
	bind(c.Flags(), "field", &f.fields)
	bind(c.Flags(), "data", &f.data)
	bind(c.Flags(), "curl", &f.curl)
	bind(c.Flags(), "allow-http", &f.allowHTTP)
	bind(c.Flags(), "location", &f.follow)
	bind(c.Flags(), "location-trusted", &f.trusted)
	bind(c.Flags(), "compare", &f.compare)
	bind(c.Flags(), "canary", &f.canary)
	bind(c.Flags(), "print-canary", &f.print)
	bind(c.Flags(), "expect", &f.expect)
	bind(c.Flags(), "deep", &f.deep)
	bind(c.Flags(), "repeat", &f.repeat)
	bind(c.Flags(), "each-address", &f.each)
	bind(c.Flags(), "send-in", &f.sendIn)
	bind(c.Flags(), "dry-run", &f.dryRun)
	bind(c.Flags(), "knowledge", &f.knowledge)
	bind(c.Flags(), "log", &f.log)
	bind(c.Flags(), "from", &f.from)
	bind(c.Flags(), "report", &f.reports)
	f.net.bind(c)
	complete(c, "expect", f.expect.allowed...)
	complete(c, "print-canary", f.print.allowed...)
	complete(c, "scheme", "Bearer", "JWT", "Token")
	return c
}

// A probeJSON is jwt.probe/v1.
type probeJSON struct {
	Schema string `json:"schema"`
	OK     bool   `json:"ok"`     // whether it is as expected
	Expect string `json:"expect"` // what was expected
	diagnose.Diagnosis
	Compare *diagnose.Comparison `json:"compare,omitempty"` // with other addresses, if there are any
	Log     *wire.Log            `json:"log"`
}

func (a *app) probe(ctx context.Context, c *cobra.Command, f *probeFlags, args []string) error {
	if f.print.value != "" {
		if len(args) > 0 || f.curl.set {
			return &usageError{"--print-canary asks no URL", "put it where the application is, then: jwt probe URL"}
		}
		return a.showCanary(f.print.value)
	}
	// The knowledge takes some milliseconds to read: while the server is asked.
	var base *knowledge.Base
	var baseErr error
	read := make(chan struct{})
	go func() {
		defer close(read)
		base, baseErr = f.known()
	}()
	if f.knowledge.set { // what is wrong with it is said before anything is sent
		if <-read; baseErr != nil {
			return baseErr
		}
	}
	log, notes, err := a.probeLog(ctx, c, f, args)
	if err != nil || log == nil {
		return err
	}
	if <-read; baseErr != nil {
		return baseErr
	}
	a.about = log.Target
	d := diagnose.Explain(log, base)
	if d.Reason == "no-answer" {
		return &noAnswerError{log, d}
	}
	if f.canary {
		d = diagnose.MustEcho(log, d)
	}
	expect := diagnose.Expectation(f.expect.value)
	if expect == "" {
		expect = diagnose.Seen
		if log.Token != nil {
			expect = diagnose.Expectation(diagnose.Accepted.String())
		}
	}
	ok := d.Holds(expect)
	if note := sizeNote(d); note != "" {
		notes = append(notes, note)
	}
	compared := diagnose.Compare(log, base)
	return a.show(answer{
		exit:  exitOfVerdict(d.Verdict, ok),
		json:  probeJSON{"jwt.probe/v1", ok, string(expect), d, compared, log},
		notes: notes,
		hints: probeHints(log, d),
		text: func(p *ui.Page) {
			a.probeText(p, log, d)
			compareText(p, compared) // which tells more than what may be behind it
			a.suspectsText(p, d)
			if f.expect.value != "" {
				p.Line("expected: %s", expect)
			}
			if f.from.set {
				p.Line("asked at %s: %s", when.Format(log.Started), log.Target)
			}
		},
		findings: func() []finding { return probeFindings(log, d, ok) },
		report:   func() ui.Report { return a.probeReport(log, d, compared, expect) },
	})
}

// known is what is known of servers: what comes with the program, and what the user
// knows besides.
func (f *probeFlags) known() (*knowledge.Base, error) {
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil || !f.knowledge.set {
		return base, err
	}
	if !isFolder(f.knowledge.value) {
		return nil, &inputError{"--knowledge", fmt.Errorf("%s is no folder that can be read", f.knowledge.value)}
	}
	if base, err = base.With(os.DirFS(f.knowledge.value), diagnose.Facts()); err != nil {
		return nil, &inputError{"--knowledge " + f.knowledge.value, err}
	}
	return base, nil
}

// probeLog asks the server, or reads what it answered another time. There is no
// log if only the plan was asked for.
func (a *app) probeLog(ctx context.Context, c *cobra.Command, f *probeFlags, args []string) (*wire.Log, []string, error) {
	if f.from.set {
		if len(args) > 0 || f.token.set || f.curl.set {
			return nil, nil, &usageError{"--from judges a saved log; no URL is asked and no token sent", ""}
		}
		a.most = maxLog
		v, err := a.readNamed("--from", f.from.value)
		if err != nil {
			return nil, nil, err
		}
		log, err := wire.Load(v.data)
		if err != nil {
			return nil, nil, &inputError{"--from " + v.origin, err}
		}
		return log, nil, nil
	}
	var pasted []string
	if f.curl.set {
		address, notes, err := a.pasteCurl(f, args)
		if err != nil {
			return nil, nil, err
		}
		args, pasted = []string{address}, notes
	}
	switch {
	case len(args) == 0:
		return nil, nil, a.shortHelp(c, "no URL")
	case len(args) > 1:
		return nil, nil, &usageError{"more than one argument; there is one URL", "the token is given with --token"}
	}
	address, removed := cleanURL("the URL", args[0])
	target, notes, err := a.probeTarget(f, address)
	if err != nil {
		return nil, nil, err
	}
	notes = slices.Concat(pasted, removed, notes)
	places := make([]probe.Target, len(f.compare))
	for i, address := range f.compare { // what is wrong with one is said before anything is sent
		places[i] = target
		places[i].URL, removed = cleanURL("--compare", address)
		notes = append(notes, removed...)
		if _, err := probe.Plan(places[i]); err != nil {
			return nil, nil, &inputError{"--compare", err}
		}
	}
	if f.dryRun {
		return nil, nil, a.showPlan(target, f, notes)
	}
	if err := a.freeName("--log", f.log.value); err != nil {
		return nil, nil, err
	}
	client, err := f.net.client(a)
	if err != nil {
		return nil, nil, err
	}
	if f.net.insecure {
		notes = append(notes, "--insecure: whoever is on the way may have answered")
	}
	if _, proxy, err := client.Transport(target.URL); err == nil && proxy != "" {
		notes = append(notes, "the requests go through the proxy "+proxy)
	}
	way := along{follow: bool(f.follow), trusted: bool(f.trusted)}
	var log *wire.Log
	if bool(f.each) && (bool(f.follow) || bool(f.trusted)) {
		return nil, nil, &usageError{"--each-address and --location: the addresses are those of one host", "probe the URL that it leads to"}
	}
	if f.each {
		log, err = a.askEach(ctx, client, target, f.net.resolve, &way)
	} else {
		log, err = a.askAt(ctx, client, target, &way)
	}
	notes = append(notes, way.notes...)
	for _, inner := range places {
		if err != nil {
			break
		}
		var one *wire.Log
		if one, err = a.askAt(ctx, client, inner, &along{}); one != nil {
			log.Compare = append(log.Compare, one)
		}
	}
	if log != nil {
		if saveErr := a.saveLog(f.log.value, log); saveErr != nil {
			return nil, nil, saveErr
		}
		if ctx.Err() != nil && len(log.Exchanges) > 1 { // what is known so far is an answer too
			return log, append(notes, "interrupted: this is what was known by then"), nil
		}
	}
	return log, notes, err
}

// askEach makes all experiments at each address of the host.
func (a *app) askEach(ctx context.Context, client *web.Client, target probe.Target, given list, way *along) (*wire.Log, error) {
	u, err := url.Parse(target.URL)
	if err != nil {
		return nil, err
	}
	port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	authority := strings.ToLower(net.JoinHostPort(u.Hostname(), port))
	var addresses []string
	for _, entry := range given {
		if from, to, err := web.ParseResolve(entry); err == nil && from == authority {
			addresses = append(addresses, to)
		}
	}
	if addresses == nil {
		if addresses, err = client.Addresses(ctx, target.URL); err != nil {
			return nil, err
		}
	}
	var log *wire.Log
	for _, address := range addresses {
		here := *client
		here.Resolve = maps.Clone(client.Resolve)
		if here.Resolve == nil {
			here.Resolve = map[string]string{}
		}
		here.Resolve[authority] = address
		one, err := a.askAt(ctx, &here, target, way)
		if one != nil {
			one.Address = address
			if log == nil {
				log = one
			} else {
				log.Addresses = append(log.Addresses, one)
			}
		}
		if err != nil {
			return log, err
		}
	}
	return log, nil
}

// askAt makes all experiments at one address.
func (a *app) askAt(ctx context.Context, client *web.Client, target probe.Target, way *along) (*wire.Log, error) {
	own := *client
	own.PlainHTTP = target.Token == "" || target.AllowHTTP // --resolve and --proxy lead elsewhere than the URL says
	transport, _, err := own.Transport(target.URL)
	if err != nil {
		return nil, err
	}
	prober := probe.Client{
		Transport: transport, HTTP1: overHTTP1(own, target.URL), Elsewhere: way.elsewhere(own),
		Timeout: client.Timeout, Agent: "jwt-probe/" + buildVersion().Version, Now: a.Now,
	}
	log, err := way.ask(ctx, &prober, target)
	if log != nil {
		_, log.Proxy, _ = own.Transport(log.Target) // it may not be where it was
	}
	return log, err
}

// overHTTP1 is how the same is asked over HTTP/1.1; nil if all is.
func overHTTP1(client web.Client, address string) http.RoundTripper {
	if client.HTTP1 {
		return nil
	}
	client.HTTP1 = true
	transport, _, err := client.Transport(address)
	if err != nil {
		return nil
	}
	return transport
}

// probeTarget is what the flags say is to be asked, and with which token.
func (a *app) probeTarget(f *probeFlags, address string) (probe.Target, []string, error) {
	t := probe.Target{
		URL: address, Method: strings.ToUpper(f.method.value), Scheme: f.scheme.value, AllowHTTP: bool(f.allowHTTP),
		Deep: bool(f.deep), Repeat: f.repeat.times,
	}
	if f.sendIn.set {
		for text := range strings.SplitSeq(f.sendIn.value, ",") {
			place, ok := probe.ParsePlace(strings.TrimSpace(text))
			if !ok {
				return t, nil, &usageError{fmt.Sprintf("--send-in: %q is none of header, cookie:NAME, query:NAME, x:NAME and raw:NAME", text), ""}
			}
			t.SendIn = append(t.SendIn, place)
		}
	}
	if !strings.Contains(address, "://") {
		return t, nil, &usageError{"the target is not an http or https URL", withScheme(address)}
	}
	for _, field := range f.fields {
		name, value, ok := strings.Cut(field, ":")
		if !ok {
			return t, nil, &usageError{"--field has no colon: it is NAME: VALUE", ""}
		}
		one := wire.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
		a.secretField(one)
		t.Header = append(t.Header, one)
	}
	if f.data.set {
		v, err := a.read("--data", f.data.value)
		if err != nil {
			return t, nil, err
		}
		t.Body = v.data
		t.Method = cmp.Or(t.Method, "POST")
	}
	given, notes, err := a.probeToken(f)
	if err != nil {
		return t, notes, err
	}
	if given.text == "" {
		if f.expect.value == diagnose.Accepted.String() {
			return t, notes, &usageError{"--expect accepted, and there is no token", "--token @FILE, --token env:NAME, JWT_TOKEN, or a pipe with one in it"}
		}
		return t, notes, nil
	}
	t.Token, t.Record = given.text, tokenRecord(given)
	return t, append(notes, given.notes...), nil
}

// cleanURL takes off what is copied along with a URL, as it is taken off a token.
func cleanURL(name, pasted string) (address string, notes []string) {
	address, removed := token.Clean(pasted)
	if len(removed) > 0 {
		notes = []string{"taken off " + name + ": " + strings.Join(removed, ", ")}
	}
	return address, notes
}

// probeToken is --token, which JWT_TOKEN stands for, else what is piped in; none of it
// is no error.
func (a *app) probeToken(f *probeFlags) (givenToken, []string, error) {
	if f.got != nil {
		note, err := f.mistaken(*f.got)
		return *f.got, notesOf(note), err
	}
	var v value
	var notes []string
	var err error
	switch {
	case f.token.set:
		v, err = a.read("--token", f.token.value)
	case a.Piped != nil && a.Piped() && a.stdin == "":
		a.stdin = "the token"
		v, err = a.readAll(a.In, "standard input")
	default:
		return givenToken{}, nil, nil
	}
	if err != nil {
		return givenToken{}, nil, err
	}
	given := clean(string(v.data), "")
	note, err := f.mistaken(given)
	if err != nil {
		return givenToken{}, nil, err // which quotes nothing but a word that is no secret
	}
	a.secrets.Add(v.data)
	notes = notesOf(note)
	if a.stdin == "the token" && !f.token.set {
		// Nobody said that it is one: in a loop it may be the rest of the list.
		if t, _ := token.Inspect(given.text); t == nil {
			why := "standard input is empty: no token is sent"
			if given.text != "" {
				why = "standard input holds no JWT and is not sent; an opaque token there needs --token -"
			}
			return givenToken{}, []string{why}, nil
		}
	}
	if given.text == "" && f.token.set {
		return given, nil, &inputError{a.named("--token"), errNoToken}
	}
	if !f.token.set && given.text != "" {
		notes = append([]string{"the token is from " + v.origin}, notes...)
	}
	return given, notes, nil
}

// tokenRecord is what may be recorded of a token: nothing that it could be made
// from.
func tokenRecord(given givenToken) *wire.Token {
	sum := sha256.Sum256([]byte(given.text))
	r := &wire.Token{Length: len(given.text), SHA256: hex.EncodeToString(sum[:4]), Removed: given.removed}
	t, _ := token.Inspect(given.text)
	if t == nil {
		return r // opaque tokens are welcome
	}
	r.JWT, r.Parts = true, strings.Count(given.text, ".")+1
	r.Alg, _ = t.Header.Text("alg")
	r.Typ, _ = t.Header.Text("typ")
	_, r.HasKID = t.Header.Get("kid")
	for name, at := range map[string]**time.Time{"iat": &r.Issued, "nbf": &r.Begins, "exp": &r.Expires} {
		if value, found := t.Claims.Get(name); found {
			if date, err := token.NumericDate(value); err == nil {
				*at = &date
			}
		}
	}
	return r
}

// saveLog writes a log for another time, or for somebody else: it has no token.
func (a *app) saveLog(name string, log *wire.Log) error {
	if name == "" {
		return nil
	}
	data, err := log.Save()
	if err != nil {
		return err
	}
	return a.writeFile("--log", name, []byte(a.secrets.Redact(string(data))), false)
}

// A noAnswerError says that no experiment got an answer.
type noAnswerError struct {
	log *wire.Log
	d   diagnose.Diagnosis // of nothing
}

func (e *noAnswerError) Error() string {
	for _, exchange := range e.log.Exchanges {
		if exchange.Fault != "" {
			return e.log.Target + ": " + exchange.Fault
		}
	}
	return e.log.Target + ": no answer"
}

// verdictWords says each verdict in a sentence.
var verdictWords = map[diagnose.Verdict]string{
	diagnose.Accepted:     "accepted: the server saw the header and let the request in",
	diagnose.Stripped:     "stripped: the Authorization header does not reach the application",
	diagnose.Altered:      "altered: another Authorization header reaches the application",
	diagnose.Intercepted:  "intercepted: something in front answers instead of the application",
	diagnose.Undetermined: "undetermined",
}

// strippedWords says of stripped what is more to say.
var strippedWords = map[diagnose.Reason]string{
	"intermittent":   "stripped: the Authorization header does not always reach the application",
	"some-addresses": "stripped: at some addresses the Authorization header does not reach the application",
}

// reasonWords says why there is no verdict.
var reasonWords = map[diagnose.Reason]string{
	"rate-limited":            "the server limits how often it may be asked",
	"firewall":                "a firewall in front wants to see a person",
	"cached":                  "a cache answered, not the application",
	"noise":                   "the same question got two different answers",
	"redirect":                "this URL only leads to another one",
	"redirect-loop":           "this URL leads to itself, in a circle",
	"open":                    "the URL answers without a token, so nothing shows who sees one",
	"server-error":            "the server fails already without a header",
	"too-large":               "the header is too long for something on the way",
	"scheme-unknown":          "it answers as if there were no header, but it also does to an auth scheme it does not take",
	"scheme-differs":          "it answers as if there were no header, but it asks for another auth scheme",
	"other-answer":            "with the token it answers something else, which is neither yes nor no",
	"no-control":              "with the token it answers something else, but once is not enough to tell why",
	"mixed":                   "several servers answer, and some of them do not get the header",
	"past-cache":              "where no cache can have the answer it is another: a cache, or another server, has answered before",
	"no-echo":                 "what answers is no canary: it does not say what arrived",
	"token-not-sent":          "made-up tokens arrive, and this one was not sent",
	"masked":                  "it shows that a header arrives, and hides what stands in it",
	"login-without-token":     "it leads to a login, which a token may or may not get past",
	"token-unanswered":        "the request with the token got no answer, and the others did",
	"server-error-with-token": "with the token the server fails: it may be too long for something on the way, or break what verifies it",
	"interrupted":             "the run was cut short before it could tell",
	"unsteady":                "the same question gets different answers: several servers may answer, or one that has trouble",
	"addresses-differ":        "the addresses of this host give different answers",
	"http2-differs":           "over HTTP/1.1 the token is let in, and over HTTP/2 it is not",
	"reads-elsewhere":         "it answers to the header as to none, and takes notice of a token in another place",
	"length-unnoticed":        "a long Authorization field goes through where another is refused: something on the way takes it or cuts it off",
	"other-scheme-noticed":    "it answers as if there were no header, but it takes notice of another auth scheme",
	"taken-elsewhere":         "it answers to the header as to none, and lets the token in from another place",
	"credentials-unanswered":  "who sends credentials gets no answer, made-up ones too: what checks them may hang or crash",
	"not-found":               "there is nothing at this URL, with and without a header",
	"not-allowed":             "this URL does not take this method, with and without a header",
	"errors-with-200":         "with the token it answers 200 and says that something failed, as GraphQL and others do",
	"locked-out":              "made-up tokens are forbidden too by now: the server may let nobody in after some of them",
	"login-with-200":          "with the token it answers 200 and a page to log in on",
	"any-token":               "a made-up token gets the same answer as this one: nobody looks at tokens here, or it says no with 200",
	"behind-says-missing":     "the token gets past something, and the answer from behind that may say that there is none",
	"opaque":                  "it answers the same with and without a header, as some servers do to any token",
}

// probeVerdict is the verdict in words.
func probeVerdict(log *wire.Log, d diagnose.Diagnosis) (ui.Mark, string) {
	switch {
	case d.Reason == "echo-of-header":
		return ui.Good, "accepted: the header arrives, as it was sent"
	case d.Reason == "echo-planted", d.Reason == "header-planted":
		return ui.Bad, "altered: the application gets an Authorization header that nobody sent"
	case d.Reason == "token-cut":
		return ui.Bad, "altered: the token does not reach the application whole, or it takes another part of the header for it"
	case d.Reason == "echo-shortened":
		return ui.Bad, "altered: the token does not reach the application whole"
	case d.Reason == "other-credentials" && d.Confidence == diagnose.Weak:
		return ui.Bad, "intercepted: who answers wants credentials of another kind, and looks at no token"
	case d.Reason == "login-redirect" && d.Confidence == diagnose.Strong:
		return ui.Bad, "intercepted: a login for people answers to every token, in front of the API or as part of it"
	case d.Reason == "forbidden":
		return ui.Bad, "rejected: the token gets further than a made-up one, and is then refused: it may lack a scope or a right"
	case d.Reason == "server-error-with-token" && d.Verdict == diagnose.Rejected:
		return ui.Bad, "rejected: with the token the server fails; something on the way saw the header"
	case d.Reason == "echo-elsewhere":
		return ui.Bad, "altered: the header arrives under another name, " + d.Carrier
	case d.Verdict == diagnose.Accepted:
		return ui.Good, verdictWords[d.Verdict]
	case d.Reason == "echo-without-header" && d.Confidence != diagnose.Proven:
		return ui.Bad, "stripped: the answer shows the request without the header, unless it leaves credentials out of what it shows"
	case d.Verdict == diagnose.Stripped && d.Confidence == diagnose.Weak:
		return ui.Bad, "stripped: no header reaches the application, unless it takes its token from another place"
	case d.Verdict == diagnose.Stripped:
		return ui.Bad, cmp.Or(strippedWords[d.Reason], verdictWords[d.Verdict])
	case d.Verdict == diagnose.Undetermined:
		return ui.Unsure, "undetermined: " + cmp.Or(reasonWords[d.Reason], string(d.Reason))
	case d.Verdict == diagnose.Rejected && log.Token == nil && d.Claim == diagnose.App:
		return ui.Good, "rejected: made-up tokens are, as they should be; the application saw the header"
	case d.Verdict == diagnose.Rejected && log.Token == nil:
		return ui.Unsure, "rejected: made-up tokens are, by something on the way that saw the header"
	case d.Verdict == diagnose.Rejected && d.Claim == diagnose.App:
		return ui.Bad, "rejected: the application saw the header, and refuses it"
	case d.Verdict == diagnose.Rejected:
		return ui.Bad, "rejected: something on the way saw the header, and refuses it"
	}
	return ui.Bad, verdictWords[d.Verdict]
}

// probeFindings are the verdict and, if it is not as expected, who may be behind it.
func probeFindings(log *wire.Log, d diagnose.Diagnosis, ok bool) []finding {
	_, words := probeVerdict(log, d)
	if ok {
		return []finding{{ui.Notice, words}}
	}
	list := []finding{{ui.Error, words}}
	for _, s := range d.Suspects {
		if s.Rank == 1 {
			list = append(list, finding{ui.Warning, fmt.Sprintf("%s: %s (%s); fix: %s; where: %s",
				likelihood(d), s.Title, s.ID, strings.Join(s.Fix, "; "), s.Where)})
		}
	}
	return list
}

func (a *app) probeText(p *ui.Page, log *wire.Log, d diagnose.Diagnosis) {
	mark, words := probeVerdict(log, d)
	p.Verdict(mark, "%s", words)
	alike := 0
	for _, e := range d.Evidence {
		if !bool(a.globals.verbose) {
			if e.SameAs == probe.NoHeader && probe.Deep(e.Experiment) {
				alike++
				continue
			}
			if e.Try > 0 || e.Skipped == probe.SkippedDecided && probe.Deep(e.Experiment) {
				continue
			}
		}
		status, mark := fmt.Sprint(e.Status), ui.Unsure
		detail := e.Quote
		switch {
		case e.Skipped != "":
			if e.Skipped == probe.SkippedNoToken {
				continue
			}
			status, detail = "-", "not sent: "+strings.ReplaceAll(e.Skipped, "-", " ")
		case e.Fault != "":
			status, detail = "-", e.Fault
		case e.Reflects != "":
			detail = reflectWords[e.Reflects]
		case e.SameAs != "":
			detail = "the same as " + experimentName(e.SameAs)
		case e.Says != "":
			detail = fmt.Sprintf("%s (%s): %s", strings.ReplaceAll(string(e.Says), "-", " "), e.By, e.Quote)
		}
		if e.In != "" && e.Status/100 == 2 {
			mark = ui.Good
		}
		p.Fact(cmp.Or(e.In, experimentName(e.Experiment)), mark, status, detail)
	}
	if alike > 0 {
		p.Line("  %d more experiments get the same as no header; -v shows them", alike)
	}
	if d.Repeat != nil {
		p.Line("%s", repeatWords(*d.Repeat))
	}
	for _, place := range d.Addresses {
		placeText(p, place)
	}
	if d.Echo() {
		p.Prose("the answer itself says what arrived (confidence: %s)", d.Confidence)
	}
	if d.Product != "" {
		p.Prose("the answers are those of %s (confidence: %s)", d.Product, d.Confidence)
	}
	if expired(log) {
		p.Line("the token has expired by its own words")
	}
	if words := clockText(log, d); words != "" {
		p.Prose("%s", words)
	}
	redirectsText(p, log, d)
}

// whereWords says between which addresses the header is lost.
var whereWords = map[diagnose.Where]string{
	diagnose.Unclear: "they do not tell where the header is lost",
	diagnose.Between: "the header is lost between %[1]s and %[2]s",
	diagnose.Behind:  "the header is lost behind %[1]s too",
	diagnose.Nowhere: "the header arrives at all of them",
	diagnose.Swapped: "the header arrives at %[1]s and is lost at %[2]s: give them from the outermost to the innermost",
	diagnose.Beside:  "the header arrives at the canary %[2]s of the same server, and not at %[1]s: that path is configured otherwise, or its application looks in another place",
	diagnose.Apart:   "%[1]s and %[2]s answer as two applications do, which cannot be compared",
}

func compareText(p *ui.Page, c *diagnose.Comparison) {
	if c == nil {
		return
	}
	p.Prose("compared: %s", comparedWords(c))
	for _, place := range c.Places {
		placeText(p, place)
	}
}

func comparedWords(c *diagnose.Comparison) string {
	words := whereWords[c.Answer]
	if strings.Contains(words, "%") {
		words = fmt.Sprintf(words+"%[3]s", c.Outer, c.Inner, "")
	}
	return words
}

func placeMark(p diagnose.Place) ui.Mark {
	switch p.Verdict {
	case diagnose.Accepted:
		return ui.Good
	case diagnose.Stripped, diagnose.Altered, diagnose.Intercepted:
		return ui.Bad
	}
	return ui.Unsure
}

func placeText(p *ui.Page, place diagnose.Place) {
	p.Fact(place.Target, placeMark(place), place.Verdict.String(), placeReason(place))
}

// placeReason is why a place has its verdict.
func placeReason(place diagnose.Place) string {
	if place.Fault != "" {
		return dashless(place.Reason) + ": " + place.Fault
	}
	return dashless(place.Reason)
}

func repeatWords(r diagnose.Repeat) string {
	words := fmt.Sprintf("asked %d times: the header was noticed %d times, and lost %d times", r.Times, r.Seen, r.Lost)
	if r.Other > 0 {
		words += fmt.Sprintf("; %d times the answer does not tell", r.Other)
	}
	return words
}

// likelihood says how sure it is that the first group of suspects is behind it.
func likelihood(d diagnose.Diagnosis) string {
	switch {
	case len(d.Suspects) > 1 && d.Suspects[0].Rank == 1 && d.Suspects[1].Rank == 1:
		return "one of these, which look alike from outside"
	case d.Suspects[0].Strength == "strong":
		return "most likely"
	}
	return "possibly"
}

// suspectsText shows the first group of suspects in full and names the others.
func (a *app) suspectsText(p *ui.Page, d diagnose.Diagnosis) {
	const others = 4
	shown := 0
	for i, s := range d.Suspects {
		if s.Rank > 1 && !bool(a.globals.verbose) {
			if shown++; shown == 1 {
				p.Line("also possible:")
			}
			if shown > others {
				p.Line("  and %d more; -v shows all", len(d.Suspects)-i)
				break
			}
			p.Prose("  %s (%s)", s.Title, s.ID)
			continue
		}
		if i == 0 {
			p.Line("%s:", likelihood(d))
		}
		p.Prose("  %s (%s)", s.Title, s.ID)
		for _, line := range s.Fix {
			p.Fact("  fix", ui.Good, "", line)
		}
		if i > 0 && !bool(a.globals.verbose) { // all of it fits a screen; two may have one line, in two places
			p.Fact("  where", ui.Unsure, "", s.Where)
			continue
		}
		p.Fact("  why", ui.Unsure, "", s.Why)
		p.Fact("  where", ui.Unsure, "", s.Where)
		p.Fact("  check", ui.Unsure, "", s.Check)
	}
	if !a.globals.verbose {
		return
	}
	for _, c := range d.Cleared {
		p.Prose("not it: %s (%s): %s", c.Title, c.ID, c.Why)
	}
}

// reflectWords says what a server shows that sends requests back.
var reflectWords = map[diagnose.Reflects]string{
	diagnose.ReflectsHeader: "who answers got the header",
	diagnose.ReflectsNone:   "who answers got no header",
}

func experimentName(id string) string { return strings.ReplaceAll(id, "-", " ") }
