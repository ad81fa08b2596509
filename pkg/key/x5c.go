package key

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// readX5C reads the certificates that a JWK has of its key (RFC 7517 §4.7). The key
// is what the other members say, so one without certificates, or with those of
// another, works as well; it says that it is weak.
func (k *Key) readX5C(jwk strict.Object) {
	value, found := jwk.Get("x5c")
	if !found {
		return
	}
	k.x5c = UnreadableX5C
	texts, ok := strict.Texts(value)
	if !ok || len(texts) == 0 || value[0] != '[' {
		return
	}
	var chain []*x509.Certificate
	for _, text := range texts {
		der, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			if isDER(der) { // of a kind that cannot be read here, as on secp256k1: nothing is known of it
				k.x5c = ""
			}
			return
		}
		chain = append(chain, certificate)
	}
	public, err := parseSPKI(chain[0].RawSubjectPublicKeyInfo, nil)
	if restricted, ok := public.(pss); ok {
		public = restricted.key
	}
	switch comparable, ok := public.(interface{ Equal(crypto.PublicKey) bool }); {
	case err != nil || !ok:
		k.x5c = ""
	case !comparable.Equal(k.Public()):
		k.x5c = OtherX5C
	default:
		k.x5c, k.Chain = "", chain
	}
}
