package verify

import (
	"crypto/x509"
	"errors"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/when"
)

// checkCertificate judges the certificate that the key came in, if it came in one:
// its path to the roots (RFC 5280 §6) at the time that the token is judged at, and
// whether it is for signatures. Who is named in it, nobody has asked about.
func checkCertificate(j *judgement) {
	k, known := j.Key()
	switch {
	case !known:
		if j.policy.Roots != nil {
			j.unchecked("certificate", "it is not known by which key the token is signed")
		}
	case j.policy.Roots != nil:
		j.followChain(k.Chain)
	case len(k.Chain) > 0 && k.Form != "JWK": // which is trusted for where it was found
		if why := outOfTime(k.Chain[0], j.policy.Now); why != "" {
			j.warn("certificate", NoKey, "the certificate of the key %s", why)
		}
		j.unchecked("certificate", "no roots are given that it must lead to")
	}
}

func (j *judgement) followChain(chain []*x509.Certificate) {
	fail := func(code, detail string) {
		j.fail(Check{ID: "certificate", Code: code, Detail: detail, Outcome: NoKey})
	}
	if len(chain) == 0 {
		fail("no-certificate", "the key did not come in a certificate")
		return
	}
	leaf, issuers := chain[0], x509.NewCertPool()
	for _, issuer := range chain[1:] {
		issuers.AddCert(issuer)
	}
	paths, err := leaf.Verify(x509.VerifyOptions{
		Roots: j.policy.Roots, Intermediates: issuers, CurrentTime: j.policy.Now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, // none of them means tokens
	})
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		whose := "the certificate of the key "
		if !invalid.Cert.Equal(leaf) {
			whose = "the certificate of an issuer "
		}
		fail("certificate-time", whose+outOfTime(invalid.Cert, j.policy.Now))
	case isUnknown:
		fail("certificate-untrusted", "leads to none of the roots: no path from "+leaf.Subject.String())
	case err != nil:
		fail("certificate-invalid", strings.TrimPrefix(err.Error(), "x509: "))
	case leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0: // RFC 5280 §4.2.1.3
		fail("certificate-usage", "the certificate of the key is not for signatures")
	default:
		path := paths[0]
		j.pass("certificate", leaf.Subject.String(), leaf.Subject.String()+", which leads to "+path[len(path)-1].Subject.String())
	}
}

// outOfTime says, as a predicate, why a certificate is not valid at a time; "" if
// it is (RFC 5280 §4.1.2.5: both ends belong to the period).
func outOfTime(c *x509.Certificate, now time.Time) string {
	switch {
	case now.After(c.NotAfter):
		return "expired " + when.Format(c.NotAfter)
	case now.Before(c.NotBefore):
		return "is not valid before " + when.Format(c.NotBefore)
	}
	return ""
}
