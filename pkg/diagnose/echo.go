package diagnose

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// An echo is what an application says it got of the header: the one answer that
// proves something by itself.
type echo struct {
	seen    bool
	same    bool   // it is what was sent: the record has the mark of it, or of its digest
	masked  bool   // what it is, is not shown
	scheme  string // empty if the echo does not say
	carrier string // the name under which it was found; empty if the echo does not say
	length  int    // of the credentials, in bytes; 0 if the echo does not say
	kind    string // of the canary
}

// standardCarriers are the names under which applications look for the header: as it
// is sent, and as CGI has it (RFC 3875 §4.1.18).
var standardCarriers = []string{"", "authorization", "http_authorization"}

// agentMark stands in the User-Agent field of every request of the probe. Where it
// stands in an answer, the answer shows the request.
const agentMark = "jwt-probe/"

// readEcho reads the answer of a canary, of a service that shows the request as JSON
// (httpbin), or of a page that shows the environment (phpinfo, a CGI script).
func readEcho(r *wire.Response) (e echo, ok bool) {
	if r.Status/100 != 2 || r.Truncated {
		return e, false
	}
	body := strings.TrimSpace(r.Body)
	var canary struct {
		Seen    *bool   `json:"seen"`
		Scheme  *string `json:"scheme"`
		Digest  *string `json:"sha256_8"`
		Carrier string  `json:"carrier"`
		Length  int     `json:"length"`
		Kind    string  `json:"canary"` // what else says "seen" may always do so
	}
	if json.Unmarshal([]byte(body), &canary) == nil && canary.Seen != nil && canary.Scheme != nil && canary.Digest != nil {
		return echo{
			seen: *canary.Seen, same: wire.HasMark(*canary.Digest), scheme: *canary.Scheme,
			carrier: canary.Carrier, length: canary.Length, kind: canary.Kind,
		}, true
	}
	var request struct {
		Headers map[string]any `json:"headers"`
	}
	if json.Unmarshal([]byte(body), &request) == nil && len(request.Headers) > 0 {
		fields := map[string]string{}
		for name, value := range request.Headers {
			fields[strings.ToLower(name)] = fmt.Sprint(value) // a text, or a list of them
		}
		if !strings.Contains(fields["user-agent"], agentMark) {
			return e, false
		}
		value, seen := fields["authorization"]
		return echo{seen: seen, same: whole(value), masked: masked(value)}, true
	}
	return readDump(body)
}

// whole reports whether a text shows a credential from its beginning to its end, once.
// Cloud Run, for one, puts SIGNATURE_REMOVED_BY_GOOGLE behind the rest of a token.
func whole(text string) bool {
	for _, mark := range []string{wire.TokenMark, "<dummy:"} {
		_, after, found := strings.Cut(text, mark)
		if !found {
			continue
		}
		if mark != wire.TokenMark {
			_, after, _ = strings.Cut(after, ">")
		}
		return !wire.HasMark(after) && (after == "" || !isWord(after[0]) && after[0] != '.')
	}
	return false
}

// masked reports whether a text has a sign in it of what stands for a credential that is
// not shown, or not to its end.
func masked(text string) bool {
	const another = "<hidden>" // a whole token, which the record does not show
	text = strings.ReplaceAll(strings.ToLower(text), another, "")
	return slices.ContainsFunc([]string{"***", "•••", "xxxx", "...", "…", "redact", "filter", "mask", "hidden"}, func(sign string) bool {
		return strings.Contains(text, sign)
	})
}

// readDump reads a text that has the variables of CGI in it: those of the header stand
// where that of the agent does, or nowhere.
func readDump(body string) (e echo, ok bool) {
	if !strings.Contains(body, "HTTP_USER_AGENT") || !strings.Contains(body, agentMark) {
		return e, false
	}
	for line := range strings.Lines(body) {
		before, after, found := strings.Cut(line, "HTTP_AUTHORIZATION")
		if !found {
			continue
		}
		this := echo{seen: true, same: whole(after), masked: masked(after), carrier: "HTTP_AUTHORIZATION"}
		for strings.HasSuffix(before, "REDIRECT_") {
			before, this.carrier = strings.TrimSuffix(before, "REDIRECT_"), "REDIRECT_"+this.carrier
		}
		if !e.seen || this.carrier == "HTTP_AUTHORIZATION" {
			e = this
		}
	}
	return e, true
}

// Echo reports whether the application itself said what it got of the header.
func (d Diagnosis) Echo() bool { return strings.HasPrefix(string(d.Reason), "echo-") }

// NoEcho is a diagnosis for who takes nothing but an echo for an answer.
func NoEcho(d Diagnosis) Diagnosis {
	s := study{Diagnosis: d}
	s.Suspects, s.Cleared, s.Next = []Suspect{}, []Cleared{}, nil
	s.cannotTell("no-echo", next("deploy-canary"))
	return s.Diagnosis
}

// echoed: the application says what it got.
func echoed(s *study) bool {
	answer, without := s.answers[s.subject()], s.answers[noHeader]
	if answer == nil || without == nil {
		return false
	}
	nothing, ok := readEcho(without)
	if !ok {
		return false
	}
	got, ok := readEcho(answer)
	if !ok || nothing.seen && (s.answers[noHeaderAgain] == nil || got.scheme != "" && got.kind == "") {
		return false
	}
	s.Carrier, s.canary = got.carrier, got.kind
	standard := slices.Contains(standardCarriers, strings.ReplaceAll(strings.ToLower(got.carrier), "-", "_"))
	switch {
	case !got.same && got.masked:
		return s.cannotTell("masked", next("deploy-canary"))
	case nothing.seen && !got.same:
		return s.conclude(Altered, App, Proven, "echo-planted")
	case !got.seen:
		return s.conclude(Stripped, App, Proven, "echo-without-header")
	case !got.same && s.subject() == realToken && s.log.Token != nil && 0 < got.length && got.length < s.log.Token.Length && strings.EqualFold(got.scheme, s.log.Scheme):
		return s.conclude(Altered, App, Proven, "echo-shortened")
	case !got.same, got.scheme != "" && !strings.EqualFold(got.scheme, s.log.Scheme):
		return s.conclude(Altered, App, Proven, "echo-of-another")
	case !standard:
		return s.conclude(Altered, App, Proven, "echo-elsewhere")
	}
	return s.conclude(Accepted, App, Proven, "echo-of-header")
}
