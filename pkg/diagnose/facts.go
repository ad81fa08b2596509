package diagnose

import (
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A fact is something a cause may ask for. One that decides points at its cause by
// itself; of the others it takes several.
type fact struct {
	name    string
	decides bool
	holds   func(*study) bool
}

// facts is every fact, and the one place to add another.
var facts = []fact{
	{"stripped", false, func(s *study) bool { return s.Verdict == Stripped }},
	{"rejected", false, func(s *study) bool { return s.Verdict == Rejected }},
	{"intercepted", false, func(s *study) bool { return s.Verdict == Intercepted }},
	{"altered", false, func(s *study) bool { return s.Verdict == Altered }},
	{"server-apache", false, func(s *study) bool { return s.server("apache/") || s.server("apache") && !s.server("coyote") }},
	{"server-mod-wsgi", false, func(s *study) bool { return s.server("mod_wsgi") }},
	{"server-nginx", false, func(s *study) bool { return s.server("nginx") || s.server("openresty") }},
	{"front-apache", false, func(s *study) bool { return s.front("apache") }},
	{"server-hidden", false, func(s *study) bool {
		return !s.server("apache") && !s.server("nginx") && !s.server("openresty")
	}},
	{"server-python", false, func(s *study) bool {
		return slices.ContainsFunc([]string{"waitress", "gunicorn", "uvicorn", "hypercorn", "daphne", "werkzeug", "uwsgi"}, s.server)
	}},
	{"family-python", false, func(s *study) bool { return s.family() == "python" }},
	{"family-php", false, func(s *study) bool { return s.family() == "php" }},
	{"cloudfront", true, func(s *study) bool {
		return s.any(func(r *wire.Response) bool {
			return strings.Contains(r.Get("Via"), "(CloudFront)") || r.Get("X-Amz-Cf-Id") != ""
		})
	}},
	{"challenge-basic", false, func(s *study) bool {
		return s.any(func(r *wire.Response) bool {
			for _, c := range r.Challenges() {
				if strings.EqualFold(c.Scheme, "basic") {
					return true
				}
			}
			return false
		})
	}},
	{"wrong-scheme", true, func(s *study) bool { return s.wantedScheme != "" && !s.caseOnly }},
	{"scheme-case", true, func(s *study) bool { return s.caseOnly }},
	{"redirected", false, func(s *study) bool { return s.location() != nil }},
	{"redirect-login", true, func(s *study) bool { l := s.location(); return l != nil && wire.LoginPage(l.String()) }},
	{"redirect-https", true, func(s *study) bool {
		from, to := s.target(), s.location()
		return to != nil && from.Scheme == "http" && to.Scheme == "https" && from.Hostname() == to.Hostname()
	}},
	{"redirect-host", true, func(s *study) bool {
		from, to := s.target(), s.location()
		return to != nil && from.Hostname() != to.Hostname()
	}},
	{"redirect-slash", true, func(s *study) bool {
		from, to := s.target(), s.location()
		return to != nil && from.Host == to.Host && strings.TrimSuffix(from.Path, "/") == strings.TrimSuffix(to.Path, "/") && from.Path != to.Path
	}},
	{"redirect-loop", true, func(s *study) bool { return s.WalkEnd == "loop" }},
	{"redirect-inside", true, func(s *study) bool { return s.WalkEnd == "inside" }},
	{"redirect-carrier", true, func(s *study) bool { return strings.HasPrefix(s.Carrier, "REDIRECT_") }},
	{"too-large", true, func(s *study) bool { return s.Reason == "too-large" }},
	{"token-expired", true, func(s *study) bool {
		return s.log.Token != nil && s.log.Token.Expires != nil && !s.log.Token.Expires.After(s.log.Started)
	}},
	{"server-error", false, func(s *study) bool { return s.Reason == "server-error-with-token" }},
	{"intermittent", true, func(s *study) bool { return s.Reason == "intermittent" }},
	{"reads-elsewhere", true, func(s *study) bool { return s.Reason == "reads-elsewhere" }},
	{"trace-reflects", false, func(s *study) bool { _, header := s.reflected(); return header }},
	{"trace-lacks", false, func(s *study) bool { reflects, header := s.reflected(); return reflects && !header }},
	{"checked-then-removed", true, func(s *study) bool { return s.thenRemoved }},
	{"accepted", false, func(s *study) bool { return s.Verdict == Accepted }},
	{"token-quoted", false, func(s *study) bool { return s.takenOff("surrounding quotes") }},
	{"token-prefixed", false, func(s *study) bool {
		return s.takenOff(`"Bearer"`, `"JWT"`, `"DPoP"`, `"Authorization:"`, `"DPoP:"`)
	}},
	{"token-spaced", false, func(s *study) bool { return s.takenOff("surrounding white space") }},
	{"token-cut", false, (*study).tokenCut},
	{"clock-behind", false, (*study).earlyThere},
	{"clock-ahead", false, (*study).expiredThere},
}

// Facts are the names of all facts.
func Facts() []string {
	names := make([]string, len(facts))
	for i, f := range facts {
		names[i] = f.name
	}
	return names
}

func decides(name string) bool {
	return slices.ContainsFunc(facts, func(f fact) bool { return f.name == name && f.decides })
}

// facts is which facts hold.
func (s *study) facts() map[string]bool {
	holds := make(map[string]bool, len(facts))
	for _, f := range facts {
		holds[f.name] = f.holds(s)
	}
	return holds
}

func (s *study) any(is func(*wire.Response) bool) bool {
	for _, answer := range s.answers {
		if is(answer) {
			return true
		}
	}
	return false
}

// plain are the experiments that whoever answers cannot take for something else.
var plain = []string{noHeader, junkToken, otherScheme, twoTokens, realToken, noHeaderAgain, pastCache}

// server reports whether a Server field names a product. It is what the server says
// of itself, and counts for suspicion only, never for a verdict. To TRACE, or to a
// field that is too long, another may answer than to all else.
func (s *study) server(product string) bool {
	return slices.ContainsFunc(plain, func(experiment string) bool {
		answer := s.answers[experiment]
		return answer != nil && namesServer(answer, product)
	})
}

// front reports whether a product answers to something else, and not to what is plain:
// then it stands in front.
func (s *study) front(product string) bool {
	return !s.server(product) && s.any(func(r *wire.Response) bool { return namesServer(r, product) })
}

// namesServer reports whether a Server field names a product. A proxy may add its own
// field to the application's.
func namesServer(r *wire.Response, product string) bool {
	return strings.Contains(strings.ToLower(strings.Join(r.Values("Server"), " ")), product)
}

// family is the language of the application that answered, where it is known.
func (s *study) family() string {
	for i := range s.base.Fingerprints {
		if f := &s.base.Fingerprints[i]; f.Product == s.Fingerprint && f.Layer == "app" {
			return f.Family
		}
	}
	return ""
}

func (s *study) target() *url.URL {
	target, err := url.Parse(s.log.Target)
	if err != nil {
		return &url.URL{}
	}
	return target
}

// location is where the answer without a header redirects to, nil if that is nowhere.
func (s *study) location() *url.URL {
	answer := s.answers[noHeader]
	if answer == nil || answer.Status/100 != 3 || answer.Get("Location") == "" {
		return nil
	}
	to, _ := wire.Leads(s.target(), answer.Get("Location"))
	return to
}
