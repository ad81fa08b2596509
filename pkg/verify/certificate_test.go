package verify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// An authority is a certificate and the key that can sign more of them.
type authority struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// certify makes a certificate of a key, by an authority or, if that is nil, by the
// key itself. It is good for the hour before and after now, unless change says not.
func certify(t *testing.T, name string, k *ecdsa.PrivateKey, by *authority, change func(*x509.Certificate)) *authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(template)
	}
	if by == nil {
		by = &authority{template, k}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.Certificate, &k.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{c, k}
}

func TestCertificate(t *testing.T) {
	newKey := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	expired := func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) }
	early := func(c *x509.Certificate) { c.NotBefore = now.Add(time.Minute) }
	usage := func(u x509.KeyUsage) func(*x509.Certificate) { return func(c *x509.Certificate) { c.KeyUsage = u } }
	noCA := func(c *x509.Certificate) { c.IsCA = false }

	signer := newKey()
	root := certify(t, "root", newKey(), nil, nil)
	issuer := certify(t, "issuer", newKey(), root, nil)
	leafOf := func(by *authority, change func(*x509.Certificate)) *authority {
		return certify(t, "signer", signer, by, change)
	}
	alone := leafOf(nil, nil)
	changed := leafOf(issuer, nil)
	changed.Signature = slices.Clone(changed.Signature)
	changed.Signature[20] ^= 1
	lateRoot, lateIssuer := certify(t, "root", root.key, nil, expired), certify(t, "issuer", issuer.key, root, expired)
	shortRoot := certify(t, "root", root.key, nil, func(c *x509.Certificate) { c.MaxPathLenZero = true })
	falseIssuer := certify(t, "issuer", newKey(), root, noCA)

	der, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	private := oneKey(t, der)
	compact := signed(t, "ES256", private, `{"alg":"ES256"}`, plainClaims)
	for name, test := range map[string]struct {
		chain []*authority
		root  *authority
		code  string // of the failure
	}{
		"three":              {[]*authority{leafOf(issuer, nil), issuer}, root, ""},
		"with the root":      {[]*authority{leafOf(issuer, nil), issuer, root}, root, ""},
		"and a stranger":     {[]*authority{leafOf(issuer, nil), alone, issuer}, root, ""},
		"two":                {[]*authority{leafOf(root, nil)}, root, ""},
		"itself":             {[]*authority{alone}, alone, ""},
		"any usage":          {[]*authority{leafOf(root, usage(0))}, root, ""}, // RFC 5280 §4.2.1.3: no extension
		"none":               {nil, root, "no-certificate"},
		"no issuer":          {[]*authority{leafOf(issuer, nil)}, root, "certificate-untrusted"},
		"another root":       {[]*authority{leafOf(issuer, nil), issuer}, alone, "certificate-untrusted"},
		"root of the chain":  {[]*authority{alone}, root, "certificate-untrusted"},
		"changed":            {[]*authority{changed, issuer}, root, "certificate-untrusted"},
		"issuer is no CA":    {[]*authority{leafOf(falseIssuer, nil), falseIssuer}, root, "certificate-untrusted"},
		"too long a path":    {[]*authority{leafOf(issuer, nil), issuer}, shortRoot, "certificate-invalid"},
		"expired":            {[]*authority{leafOf(root, expired)}, root, "certificate-time"},
		"too early":          {[]*authority{leafOf(root, early)}, root, "certificate-time"},
		"issuer expired":     {[]*authority{leafOf(issuer, nil), lateIssuer}, root, "certificate-time"},
		"root expired":       {[]*authority{leafOf(root, nil)}, lateRoot, "certificate-time"},
		"for encryption":     {[]*authority{leafOf(root, usage(x509.KeyUsageKeyEncipherment))}, root, "certificate-usage"},
		"for certificates":   {[]*authority{leafOf(root, usage(x509.KeyUsageCertSign))}, root, "certificate-usage"},
		"empty set of roots": {[]*authority{alone}, nil, "certificate-untrusted"},
	} {
		t.Run(name, func(t *testing.T) {
			public := oneKey(t, spki(t, private))
			for _, a := range test.chain {
				public.Chain = append(public.Chain, a.Certificate)
			}
			policy := verify.Policy{Roots: x509.NewCertPool()}
			if test.root != nil {
				policy.Roots.AddCert(test.root.Certificate)
			}
			r := judge(t, compact, setOf(public), policy)
			i := slices.IndexFunc(r.Checks, func(c verify.Check) bool { return c.ID == "certificate" })
			if i < 0 || r.Checks[i].Code != test.code || (r.Checks[i].Status == verify.Pass) != (test.code == "") || r.Checks[i].Detail == "" {
				t.Fatalf("%+v", r.Checks)
			}
			want := verify.Valid
			if test.code != "" {
				want = verify.NoKey
			}
			if !r.Verified() || r.Outcome() != want {
				t.Errorf("%s, want %s", r.Outcome(), want)
			}
		})
	}
}

// Without roots a certificate is only looked at for its time, and a token that no
// key fits leaves nothing to look at.
func TestCertificateWithoutRoots(t *testing.T) {
	private, public := newPair(t)
	compact := signed(t, "ES256", private, `{"alg":"ES256"}`, plainClaims)
	for _, test := range []struct {
		notBefore, notAfter time.Time
		strict              bool
		want                verify.Outcome
		warns               bool
	}{
		{now, now, false, verify.Valid, false}, // both ends belong to it
		{now, now, true, verify.Valid, false},
		{now.Add(-time.Hour), now.Add(-time.Second), false, verify.Valid, true},
		{now.Add(time.Second), now.Add(time.Hour), false, verify.Valid, true},
		{now.Add(-time.Hour), now.Add(-time.Second), true, verify.NoKey, false},
	} {
		public.Chain = []*x509.Certificate{{NotBefore: test.notBefore, NotAfter: test.notAfter}}
		r := judge(t, compact, setOf(public), verify.Policy{Strict: test.strict})
		_, unchecked, warnings := ids(r)
		if r.Outcome() != test.want || slices.Contains(warnings, "certificate") != test.warns || !slices.Contains(unchecked, "certificate") {
			t.Errorf("%s, not checked %v, warnings %v", r.Outcome(), unchecked, warnings)
		}
	}
	_, other := newPair(t)
	r := judge(t, compact, setOf(other), verify.Policy{Roots: x509.NewCertPool()})
	if _, unchecked, _ := ids(r); r.Outcome() != verify.BadSignature || !slices.Contains(unchecked, "certificate") {
		t.Errorf("%s, not checked %v", r.Outcome(), unchecked)
	}
	r = judge(t, signed(t, "HS256", secret(t, secretText), plainHeader, plainClaims), setOf(secret(t, secretText)), verify.Policy{Roots: x509.NewCertPool()})
	if r.Outcome() != verify.NoKey {
		t.Errorf("a secret: %s", r.Outcome())
	}
}
