package cmd

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// along is how far a probe goes where redirects lead, and what there is to say of it.
type along struct {
	follow, trusted bool
	notes           []string
}

// ask makes the experiments.
func (g *along) ask(ctx context.Context, prober *probe.Client, target probe.Target) (*wire.Log, error) {
	if !g.follow && !g.trusted {
		return prober.Run(ctx, target)
	}
	log, stay, err := prober.Follow(ctx, target, g.trusted)
	if log == nil || log.Redirects == nil {
		return log, err
	}
	last := log.Redirects.Hops[len(log.Redirects.Hops)-1].URL
	switch stay {
	case probe.StayEnd:
		g.note("-L: the redirects come to no answer, so it is the first URL that is judged")
	case probe.StayClear:
		g.note("-L does not follow to plain http, " + last)
	case probe.StayOrigin:
		g.note("-L does not follow to another origin, " + last + ": --location-trusted sends the token there, and what else was given")
	default:
		if g.trusted && err == nil {
			g.note("--location-trusted: what was given went to " + last + " too")
		}
	}
	return log, err
}

func (g *along) note(text string) {
	if !slices.Contains(g.notes, text) {
		g.notes = append(g.notes, text)
	}
}

// elsewhere makes the transports to other origins. One that is not trusted gets what is
// made up alone, which may go over plain http, and no certificate of the user's.
func (g *along) elsewhere(client web.Client) func(address string, trusted bool) (http.RoundTripper, error) {
	return func(address string, trusted bool) (http.RoundTripper, error) {
		there := client
		if !trusted {
			there.Certificates, there.PlainHTTP = nil, true
		}
		transport, proxy, err := there.Transport(address)
		if err == nil && proxy != "" {
			g.note("where it redirects to is asked through the proxy " + proxy)
		}
		return transport, err
	}
}

// walkEnds says why redirects were not walked to an answer.
var walkEnds = map[string]string{
	probe.StoppedUnclear: "that is no URL which all clients read alike",
	probe.StoppedScheme:  "that is neither http nor https",
	probe.StoppedLogin:   "there people log in",
	probe.StoppedLoop:    "it has been there: it goes in a circle",
	probe.StoppedHops:    "and on; so far it was walked",
	probe.StoppedInside:  "that is an address of a private network, or of this very machine, and not the server's to give away",
	probe.StoppedGiven:   "not asked: what was given would go to another server",
	probe.StoppedOrigin:  "not asked",
	probe.StoppedMethod:  "not asked: the method may change something",
}

func redirectsText(p *ui.Page, log *wire.Log, d diagnose.Diagnosis) {
	lines := redirectLines(d)
	if len(lines) == 0 {
		return
	}
	p.Line("redirects:")
	for _, line := range lines {
		p.Prose("  %s", line)
	}
	if d.Followed {
		p.Prose("%s", followedWords(log))
	}
}

func followedWords(log *wire.Log) string {
	return "the verdict is about " + log.Target + ", where it leads"
}

// redirectLines are a line for each redirect, and who keeps the header to the end.
func redirectLines(d diagnose.Diagnosis) (lines []string) {
	if len(d.Redirects) == 0 {
		return nil
	}
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, r := range d.Redirects {
		changes := strings.Join(r.Changes, ", ")
		if slices.Contains(r.Changes, "method") {
			changes += " to " + r.Method
		}
		if changes != "" {
			changes = "  (" + changes + ")"
		}
		say("%d  %s → %s%s", r.Status, r.From, r.To, changes)
	}
	switch words := walkEnds[d.WalkEnd]; {
	case words != "":
		say("%s", words)
	case d.WalkEnd != "":
		say("no answer there: %s", d.WalkEnd)
	case d.FinalStatus != 0:
		say("there a made-up token gets %d", d.FinalStatus)
	}
	does := map[string][]string{}
	for _, c := range d.Redirects[len(d.Redirects)-1].Clients {
		does[c.Keeps] = append(does[c.Keeps], c.Name)
	}
	var words []string
	for _, w := range []struct{ keeps, text string }{{"yes", "keep the header"}, {"no", "drop it"}} {
		if len(does[w.keeps]) > 0 {
			words = append(words, fmt.Sprintf("%s: %s", w.text, strings.Join(does[w.keeps], ", ")))
		}
	}
	if len(words) > 0 {
		say("%s", strings.Join(words, "; "))
	}
	return lines
}
