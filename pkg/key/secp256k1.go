package key

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// A Secp256k1PublicKey is a point on the curve secp256k1 (SEC 2 §2.4.1), which
// crypto/ecdsa does not have, as 04 ‖ x ‖ y.
type Secp256k1PublicKey []byte

// Equal reports whether other is the same point.
func (p Secp256k1PublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(Secp256k1PublicKey)
	return ok && bytes.Equal(p, o)
}

func newSecp256k1(_ Kind, encoded []byte) (crypto.PublicKey, error) {
	if len(encoded) == secp256k1.PubKeyBytesLenCompressed {
		return nil, errors.New("has a compressed point, which is not supported")
	}
	point, err := secp256k1.ParsePubKey(encoded)
	if err != nil || encoded[0] != secp256k1.PubKeyFormatUncompressed { // nor "hybrid", which repeats a bit of y
		return nil, errors.New("is not on the curve secp256k1")
	}
	return Secp256k1PublicKey(point.SerializeUncompressed()), nil
}

// A secp256k1Signer is a private key on secp256k1.
type secp256k1Signer struct{ private *secp256k1.PrivateKey }

// newSecp256k1Private checks the number's range: the library would reduce it.
func newSecp256k1Private(_ Kind, number []byte) (crypto.Signer, error) {
	var d secp256k1.ModNScalar
	if len(number) != secp256k1.PrivKeyBytesLen {
		return nil, fmt.Errorf("has a private number of %d bytes instead of %d", len(number), secp256k1.PrivKeyBytesLen)
	}
	if beyond := d.SetByteSlice(number); beyond || d.IsZero() {
		return nil, errors.New("has a private number that is 0 or not less than the curve's order")
	}
	return secp256k1Signer{secp256k1.NewPrivateKey(&d)}, nil
}

func (s secp256k1Signer) Public() crypto.PublicKey {
	return Secp256k1PublicKey(s.private.PubKey().SerializeUncompressed())
}

// Sign is the signature of a digest in DER, as [crypto.Signer] wants it. It is
// always the same (RFC 6979): nothing depends on a good source of randomness. The
// library does not compute it in constant time.
func (s secp256k1Signer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if len(digest) != opts.HashFunc().Size() {
		return nil, errors.New("the digest is not as long as the hash")
	}
	return ecdsa.Sign(s.private, digest).Serialize(), nil
}

// sec1 is a private key of RFC 5915 §3. Inside PKCS#8 it need not name its curve.
type sec1 struct {
	Version int
	Number  []byte
	Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
	Public  asn1.BitString        `asn1:"optional,explicit,tag:1"`
}

var secp256k1OID = asn1.ObjectIdentifier{1, 3, 132, 0, 10} // SEC 2 §A.2.1

// parseSEC1 reads a private key that stands for itself.
func parseSEC1(der []byte) (any, error) {
	var k sec1
	rest, err := asn1.Unmarshal(der, &k)
	if err != nil || !k.Curve.Equal(secp256k1OID) {
		return x509.ParseECPrivateKey(der)
	}
	if len(rest) > 0 {
		return nil, errDER
	}
	private, err := k.key()
	if err != nil {
		return nil, unfitError{err}
	}
	return private, nil
}

func wrappedSEC1(_ Kind, der []byte) (crypto.Signer, error) {
	var k sec1
	if rest, err := asn1.Unmarshal(der, &k); err != nil || len(rest) > 0 || len(k.Curve) > 0 && !k.Curve.Equal(secp256k1OID) {
		return nil, errors.New("wraps what is no private key on secp256k1")
	}
	return k.key()
}

// wrapSEC1 writes what wrappedSEC1 reads, with the public key, as OpenSSL does.
func wrapSEC1(number, public []byte) ([]byte, error) {
	return asn1.Marshal(sec1{Version: 1, Number: number, Public: asn1.BitString{Bytes: public, BitLength: 8 * len(public)}})
}

// key is the private key, checked against the public one if that stands with it.
func (k sec1) key() (crypto.Signer, error) {
	if k.Version != 1 {
		return nil, fmt.Errorf("is of version %d, which is not supported", k.Version)
	}
	private, err := newSecp256k1Private(Secp256k1, k.Number)
	if err != nil || len(k.Public.Bytes) == 0 {
		return private, err
	}
	public, err := newSecp256k1(Secp256k1, k.Public.Bytes)
	if err != nil {
		return nil, err
	}
	if !equal(private.Public(), public) {
		return nil, errPair
	}
	return private, nil
}
