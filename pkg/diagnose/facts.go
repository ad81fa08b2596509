package diagnose

import (
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
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
	{"challenge-basic", false, func(s *study) bool { return s.challenged("basic") }},
	{"wrong-scheme", true, func(s *study) bool { return s.wantedScheme != "" && !s.caseOnly && !s.noScheme }},
	{"scheme-case", true, func(s *study) bool { return s.caseOnly }},
	{"redirected", false, func(s *study) bool { return s.location() != nil }},
	{"redirect-login", true, func(s *study) bool { l := s.location(); return l != nil && wire.ToLogin(s.target(), l) }},
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
	{"intermittent", true, func(s *study) bool { return s.Reason == "intermittent" || s.Reason == "some-addresses" }},
	{"reads-elsewhere", true, func(s *study) bool { return s.Reason == "reads-elsewhere" || s.Reason == "taken-elsewhere" }},
	{"place-unsaid", false, func(s *study) bool { return s.anywhere }},
	{"no-scheme-fits", true, func(s *study) bool { return s.noScheme }},
	{"header-planted", true, func(s *study) bool { return s.Reason == "header-planted" || s.Reason == "echo-planted" }},
	{"canary-cgi", true, func(s *study) bool { return s.canary == "cgi" }},
	{"carrier-other", true, func(s *study) bool { return s.Reason == "echo-elsewhere" && !strings.HasPrefix(s.Carrier, "REDIRECT_") }},
	{"trace-reflects", false, func(s *study) bool { return s.reflected() == ReflectsHeader }},
	{"trace-lacks", false, func(s *study) bool { return s.reflected() == ReflectsNone }},
	{"token-shortened", true, func(s *study) bool { return s.Reason == "token-cut" || s.Reason == "echo-shortened" }},
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

	// Who answers, by its answer or by its own fields.
	{"envoy", false, func(s *study) bool { return s.server("envoy") || s.answered("envoy-jwt", "istio") }},
	{"istio", true, func(s *study) bool { return s.server("istio-envoy") || s.answered("istio") }},
	{"kong", true, func(s *study) bool {
		return s.server("kong") || s.field("X-Kong-Response-Latency", "") || s.field("X-Kong-Proxy-Latency", "") || s.answered("kong")
	}},
	{"tyk", true, func(s *study) bool { return s.field("X-Generator", "tyk.io") || s.answered("tyk") }},
	{"traefik", true, func(s *study) bool { return s.answered("traefik") }},
	{"oauth2-proxy", true, func(s *study) bool { return s.answered("oauth2-proxy") }},
	{"mod-auth-openidc", true, func(s *study) bool { return s.answered("mod-auth-openidc") }},
	{"alb", true, func(s *study) bool { return s.answered("alb") }},
	{"cloudflare-access", true, func(s *study) bool {
		return s.answered("cloudflare-access") || s.challenged("cloudflare-access")
	}},
	{"easyauth", true, func(s *study) bool { return s.says(s.subject(), "azure-easyauth") }},
	{"apim", true, func(s *study) bool { return s.says(s.subject(), "azure-apim") }},
	{"symfony", false, func(s *study) bool { return s.answered("lexik", "laravel") }},
	{"laravel", false, func(s *study) bool { return s.answered("laravel", "tymon") }},
	{"server-iis", false, func(s *study) bool { return s.server("microsoft-iis") }},
	{"server-tomcat", false, func(s *study) bool { return s.server("coyote") || s.server("tomcat") }},
	{"server-apache-2.5", false, func(s *study) bool { return s.server("apache/2.5") }},
	{"server-mod-fastcgi", true, func(s *study) bool { return s.server("mod_fastcgi") }},
	{"server-caddy", false, func(s *study) bool { return s.server("caddy") || s.field("Via", "Caddy") }},
	{"varnish", false, func(s *study) bool { return s.field("X-Varnish", "") || s.field("Via", "(Varnish") }},
	{"squid", true, func(s *study) bool { return s.field("Via", "(squid") }},
	{"vercel", false, func(s *study) bool { return s.field("X-Vercel-Id", "") || s.server("vercel") }},
	{"google-front", false, func(s *study) bool { return s.server("google frontend") || s.field("Via", "1.1 google") }},
	{"spring-boot-1", false, func(s *study) bool { return s.field("X-Application-Context", "") }},
	{"challenge-negotiate", false, func(s *study) bool { return s.challenged("negotiate") || s.challenged("ntlm") }},

	// What arrived in its place, where something shows it.
	{"arrived-basic", true, func(s *study) bool { return s.arrived("basic") }},
	{"arrived-sigv4", true, func(s *study) bool { return s.arrived("aws4-hmac-sha256") }},
	{"signature-removed", true, func(s *study) bool { return s.inBody("SIGNATURE_REMOVED_BY_GOOGLE") }},
	{"signature-refused", true, func(s *study) bool {
		f := s.sees(realToken)
		if f == nil || f.Says != knowledge.TokenRejected {
			return false
		}
		words := strings.ToLower(s.answers[realToken].Body)
		return strings.Contains(words, "signature") && !strings.Contains(words, "expire") // PyJWT: "Signature has expired"
	}},

	// Where it is asked, and how.
	{"kube-proxy-url", true, func(s *study) bool {
		path := s.target().Path
		return strings.HasPrefix(path, "/api/v1/namespaces/") && (strings.Contains(path, "/proxy/") || strings.HasSuffix(path, "/proxy"))
	}},
	{"lambda-url-refused", true, func(s *study) bool {
		host, answer := s.target().Hostname(), s.answers[s.subject()]
		return strings.Contains(host, ".lambda-url.") && strings.HasSuffix(host, ".on.aws") && answer != nil && answer.Status == 403
	}},
	{"own-scheme", false, func(s *study) bool {
		return !slices.Contains([]string{"bearer", "basic", "digest"}, strings.ToLower(s.log.Scheme))
	}},
	{"preflight-refused", true, func(s *study) bool {
		answer := s.answers[noHeader]
		return s.log.Method == "OPTIONS" && answer != nil && (answer.Status == 401 || answer.Status == 403)
	}},
	{"http2-differs", true, func(s *study) bool { return s.Reason == "http2-differs" }},

	{"apigw-no-route", true, func(s *study) bool { return s.says(noHeader, "apigw") && s.inBody("Missing Authentication Token") }},
	{"sigv4-wanted", true, func(s *study) bool {
		f := s.printOf(s.subject(), knowledge.WrongScheme)
		return f != nil && f.Product == "apigw"
	}},
	{"apigw-remapped", false, func(s *study) bool {
		return s.field("X-Amzn-Remapped-WWW-Authenticate", "") || s.field("X-Amzn-Remapped-Authorization", "")
	}},

	// Who finds the header too long, or may.
	{"limit-gunicorn", true, func(s *study) bool { return s.Fingerprint == "gunicorn" }},
	{"limit-haproxy", true, func(s *study) bool { return s.Fingerprint == "haproxy" }},
	{"limit-tomcat", true, func(s *study) bool { return s.Fingerprint == "tomcat" }},
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

// field reports whether an answer has a field whose value contains a text.
func (s *study) field(name, part string) bool {
	return s.any(func(r *wire.Response) bool {
		return slices.ContainsFunc(r.Values(name), func(value string) bool { return strings.Contains(value, part) })
	})
}

func (s *study) inBody(part string) bool {
	return s.any(func(r *wire.Response) bool { return strings.Contains(r.Body, part) })
}

// challenged reports whether an answer asks for credentials of a scheme.
func (s *study) challenged(scheme string) bool {
	return s.any(func(r *wire.Response) bool {
		return slices.ContainsFunc(r.Challenges(), func(c wire.Challenge) bool { return strings.EqualFold(c.Scheme, scheme) })
	})
}

// answered reports whether one of the answers is one of these products'.
func (s *study) answered(products ...string) bool {
	for experiment := range s.prints {
		if slices.ContainsFunc(products, func(product string) bool { return s.says(experiment, product) }) {
			return true
		}
	}
	return false
}

// says reports whether an answer is a product's.
func (s *study) says(experiment, product string) bool {
	return slices.ContainsFunc(s.prints[experiment], func(f *knowledge.Fingerprint) bool { return f.Product == product })
}

// arrived reports whether the application shows that it got credentials of another
// scheme, given in small letters, than was sent.
func (s *study) arrived(scheme string) bool {
	if s.Verdict != Altered || strings.EqualFold(s.log.Scheme, scheme) {
		return false
	}
	answer := s.answers[s.subject()]
	got, ok := wire.ReadEcho(answer)
	return ok && got.Seen && (strings.EqualFold(got.Scheme, scheme) || strings.Contains(strings.ToLower(answer.Body), scheme+" "))
}

// canaryFamilies is the language of what a canary stands for.
var canaryFamilies = map[string]string{"wsgi": "python", "asgi": "python", "php": "php"}

// family is the language of the application that answered, where it is known.
func (s *study) family() string {
	if family, ok := canaryFamilies[s.canary]; ok {
		return family
	}
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
