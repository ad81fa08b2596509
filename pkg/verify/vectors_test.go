package verify_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // the hashes of PS384 and PS512
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// The third-party vectors of testdata/vectors. The README.md there says where
// they are from, and which labels of theirs a strict verifier does not follow.
const vectorFiles = "../../testdata/vectors/"

// A suite is one file of vectors and what must come of it, to the last case: a
// file that was cut, or a test that skips, changes a number.
type suite struct {
	file string
	raw  bool // no payload is JSON: judged as JWT, every case would be rejected for that alone

	accept, reject, skip int

	// why counts what the rejected ones are rejected for.
	why map[string]int

	// careless are the rejected ones that a careless verifier takes: one that
	// reads base64 leniently, ignores what a JWK says of its use, and accepts any
	// salt. For these, strictness is the reason, and for no others.
	careless []string
}

var suites = []suite{
	{
		file: "jwt_io", accept: 32, reject: 1,
		why: map[string]int{"alg-refused, alg-none": 1},
	},
	{
		file: "lib_golang_jwt", accept: 13, reject: 23,
		why: map[string]int{
			"malformed, padding": 8, "malformed, canonical": 4, "malformed, segments": 1, "malformed, syntax": 1, "malformed, white-space": 1,
			"alg-refused, alg-unknown":     2, // "ED25519"
			"bad-signature, bad-signature": 6, // three for the length of their salt
		},
		careless: []string{
			"golang-jwt/padding/Error for padded token with padding disabled",
			"golang-jwt/padding/Validated padded token with padding enabled",
			"golang-jwt/padding/Error for example padded token with padding disabled",
			"golang-jwt/padding/Validated example padded token with padding enabled",
			"golang-jwt/padding/Validated non-padded token with padding disabled, non-strict decode, tweaked signature",
			"golang-jwt/padding/Error for non-padded token with padding disabled, strict decode, tweaked signature",
			"golang-jwt/padding/Validated padded token with padding enabled, non-strict decode, non-tweaked signature",
			"golang-jwt/padding/Validated padded token with padding enabled, non-strict decode, tweaked signature",
			"golang-jwt/padding/Validated padded token with padding enabled, strict decode, non-tweaked signature",
			"golang-jwt/padding/Error for padded token with padding enabled, strict decode, tweaked signature",
			"golang-jwt/rsa_pss_test.go/Basic PS256",
			"golang-jwt/rsa_pss_test.go/Basic PS384",
			"golang-jwt/rsa_pss_test.go/Basic PS512",
		},
	},
	{
		file: "lib_pyjwt", accept: 2, reject: 19,
		why: map[string]int{
			"malformed, length": 3, "malformed, not-object": 2, "malformed, syntax": 2, "malformed, padding": 1, "malformed, segments": 1,
			"malformed, member-type":       1, // "kid":123
			"alg-refused, alg-missing":     1,
			"alg-refused, alg-unknown":     1, // "hs256"
			"claim-mismatch, claim-type":   5,
			"alg-refused, alg-not-for-key": 2, // CVE-2022-29217: see TestA3OpenSSHConfusion
		},
		careless: []string{
			"pyjwt/jwt/test_decode_invalid_payload_string",
			"pyjwt/jwt/test_decode_with_non_mapping_payload_throws_exception",
			"pyjwt/jwt/test_decode_with_nonlist_aud_claim_throws_exception",
			"pyjwt/jwt/test_decode_with_invalid_aud_list_member_throws_exception",
			"pyjwt/jwt/test_decode_raises_exception_if_exp_is_not_int",
			"pyjwt/jwt/test_decode_raises_exception_if_iat_is_not_int",
			"pyjwt/jwt/test_decode_raises_exception_if_nbf_is_not_int",
			"pyjwt/jws/test_get_unverified_header_fails_on_bad_header_types",
		},
	},
	{file: "mldsa_rfc9964", accept: 6},
	{
		file: "rfc7515_appendix", accept: 4, reject: 4,
		why: map[string]int{
			"alg-refused, alg-none": 2, // A.5, and E, which has "crit" too
			"malformed, json-form":  2, // A.6, A.7
		},
	},
	{
		file: "rfc7520_8037_7797_jws", accept: 6, reject: 22,
		why: map[string]int{
			"malformed, json-form":   21,
			"malformed, white-space": 1, // a payload as it is, by RFC 7797
		},
		careless: []string{"cookbook/rfc7797/hmac-sha2_b64_false.json#compact"},
	},
	{
		file: "wycheproof_json_web_signature", raw: true, accept: 40, reject: 359, skip: 2,
		why: map[string]int{
			"alg-refused, alg-none": 5, "alg-refused, alg-not-for-key": 10,
			"bad-signature, bad-signature": 296, "bad-signature, no-signature": 3,
			"malformed, alphabet": 9, "malformed, canonical": 2, "malformed, white-space": 3,
			"malformed, empty": 3, "malformed, json-form": 1, "malformed, segments": 5,
			"malformed, no-signature": 6, "malformed, syntax": 9,
			"no-key, no-key": 4, "no-key, unknown-kid": 3,
		},
		careless: wycheproof(
			281, 282, 283, 284, 285, 286, // other lengths of salt
			332, 334, 336, 338, 340, // RS and other PS under a key for PS512
			346, 347, 350, 351, // keys for PS256 and "ES521", where upstream says valid
			353, 354, 355, 356, // keys for encryption
			360, 361, 362, 365, 366, 368, 369, 371, // what is not base64url
			372, 373, // the same, where upstream says valid
			375, // unused bits
		),
	},
}

func suiteOf(file string) suite {
	return suites[slices.IndexFunc(suites, func(s suite) bool { return s.file == file })]
}

func wycheproof(numbers ...int) (ids []string) {
	for _, n := range numbers {
		ids = append(ids, fmt.Sprintf("wycheproof/json_web_signature#%d", n))
	}
	return ids
}

// skipped are the cases that say nothing, each with the one it repeats.
var skipped = map[string]string{
	wycheproof(367)[0]: wycheproof(357)[0], // valid; https://github.com/C2SP/wycheproof/issues/236
	wycheproof(370)[0]: wycheproof(357)[0],
}

// A vector is one case of a file.
type vector struct {
	ID             string
	Token          string
	Key            json.RawMessage // a JWK or a JWK Set
	PEM, SSH       string
	Secret         string
	SecretEncoding string `json:"secret_encoding"`
	Now            int64
	Expect         string
	ExpectStrict   string `json:"expect_strict"`
	PayloadIsJSON  *bool  `json:"payload_is_json_object"`
	PayloadUTF8    string `json:"payload_utf8"`
	Detached       bool
}

func (s suite) load(t *testing.T) []vector {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.FromSlash(vectorFiles + name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var document struct {
		Count int
		Cases []vector
	}
	if err := json.Unmarshal(read("cases/"+s.file+".json"), &document); err != nil {
		t.Fatal(err)
	}
	if total := s.accept + s.reject + s.skip; len(document.Cases) != document.Count || document.Count != total {
		t.Fatalf("%d cases of the %d that the file says and the %d that the test says", len(document.Cases), document.Count, total)
	}
	for i, v := range document.Cases {
		// These have lost their "ssh" on the way here.
		if advisory, ok := strings.CutPrefix(v.ID, "pyjwt/CVE-2022-29217/"); ok {
			document.Cases[i].SSH = strings.TrimSpace(string(read("keys/pyjwt/tests/test_advisory/" + advisory[:1] + ".pub")))
		}
	}
	return document.Cases
}

// want is what a strict verifier makes of the case.
func (v vector) want() string {
	if v.ExpectStrict != "" {
		return v.ExpectStrict
	}
	return v.Expect
}

// at is when the case is judged. The tokens of those that do not say have no
// times at all, or an "iat" of 2018.
func (v vector) at() time.Time {
	if v.Now == 0 {
		return time.Unix(1_700_000_000, 0)
	}
	return time.Unix(v.Now, 0)
}

// judgedRaw reports whether the case is judged as a JWS rather than as a JWT. One
// that a library refuses because its payload is no JSON is not.
func (s suite) judgedRaw(v vector) bool {
	return s.raw || v.PayloadIsJSON == nil || v.want() == "accept" && !*v.PayloadIsJSON
}

// sets are the keys of the case: one set for each form that it has them in, and
// an empty one where it has none, as an unsigned token.
func (v vector) sets() (sets []key.Set, err error) {
	var errs []error
	add := func(set key.Set, err error) { sets, errs = append(sets, set), append(errs, err) }
	if len(v.Key) > 0 && string(v.Key) != "null" {
		add(key.Parse(v.Key))
	}
	for _, text := range []string{v.PEM, v.SSH} {
		if text != "" {
			add(key.Parse([]byte(text)))
		}
	}
	if v.Secret != "" {
		secret := []byte(v.Secret)
		if v.SecretEncoding == "base64url" {
			secret, err = strict.Base64URL(v.Secret)
		}
		k, errKey := key.NewSecret(secret)
		add(key.Set{Keys: []key.Key{k}}, errors.Join(err, errKey))
	}
	if len(sets) == 0 {
		add(key.Set{}, nil)
	}
	return sets, errors.Join(errs...)
}

// judge is what the product makes of the case.
func (v vector) judge(set key.Set, raw bool) verify.Result {
	parse := token.Parse
	if raw {
		parse = token.ParseRaw
	}
	parsed, err := parse(v.Token)
	if problem, ok := errors.AsType[*token.ParseError](err); ok {
		return verify.Unreadable(problem)
	}
	return verify.Token(parsed, set, verify.Policy{Now: v.at(), RawPayload: raw})
}

// reason is the outcome and the code of the check that it is from.
func reason(r verify.Result) string {
	for _, c := range r.Checks {
		if c.Status == verify.Fail && c.Outcome == r.Outcome() {
			return fmt.Sprintf("%s, %s", c.Outcome, c.Code)
		}
	}
	return string(r.Outcome())
}

func TestVectors(t *testing.T) {
	for _, s := range suites {
		t.Run(s.file, func(t *testing.T) {
			cases := s.load(t)
			count := map[string]int{}
			why := map[string]int{}
			var careless []string
			for _, v := range cases {
				switch want := v.want(); {
				case want == "skip":
					count["skip"]++
					twin := slices.IndexFunc(cases, func(other vector) bool { return other.ID == skipped[v.ID] })
					if twin < 0 || cases[twin].Token != v.Token || string(cases[twin].Key) != string(v.Key) {
						t.Errorf("%s is skipped without a reason", v.ID)
					}
				case want == "accept":
					count["accept"]++
					s.checkAccepted(t, v)
				case want == "reject":
					count["reject"]++
					sets, err := v.sets()
					if err != nil || len(sets) != 1 {
						t.Errorf("%s: %d sets of keys, %v", v.ID, len(sets), err)
						continue
					}
					r := v.judge(sets[0], s.judgedRaw(v))
					why[reason(r)]++
					if o := r.Outcome(); o == verify.Valid || o == verify.None {
						t.Errorf("%s is %q: %+v", v.ID, o, r.Checks)
					}
					if v.passesCareless(sets[0]) {
						careless = append(careless, v.ID)
					}
				default:
					t.Errorf("%s: what to expect is %q", v.ID, want)
				}
			}
			t.Logf("%v of %d", count, len(cases))
			for _, r := range slices.Sorted(maps.Keys(why)) {
				t.Logf("%4d %s", why[r], r)
			}
			if want := map[string]int{"accept": s.accept, "reject": s.reject, "skip": s.skip}; !equalCounts(count, want) {
				t.Errorf("%v; want %v", count, want)
			}
			if !equalCounts(why, s.why) {
				t.Errorf("rejected for %v; want %v", why, s.why)
			}
			if !slices.Equal(careless, s.careless) {
				t.Errorf("a careless verifier takes %q; want %q", careless, s.careless)
			}
		})
	}
}

// equalCounts takes a count of 0 and none for the same.
func equalCounts(a, b map[string]int) bool {
	none := func(_ string, n int) bool { return n == 0 }
	a, b = maps.Clone(a), maps.Clone(b)
	maps.DeleteFunc(a, none)
	maps.DeleteFunc(b, none)
	return maps.Equal(a, b)
}

// checkAccepted: valid with the key in each of its forms.
func (s suite) checkAccepted(t *testing.T, v vector) {
	t.Helper()
	sets, err := v.sets()
	if err != nil {
		t.Errorf("%s: %v", v.ID, err)
	}
	raw := s.judgedRaw(v)
	for _, set := range sets {
		if v.Detached {
			// Without its payload it is refused; RFC 7515 App. F puts that back.
			if r := v.judge(set, raw); r.Outcome() != verify.BadSignature {
				t.Errorf("%s is %q without its payload", v.ID, r.Outcome())
			}
			v.Token = strings.Replace(v.Token, "..", "."+strict.EncodeBase64URL([]byte(v.PayloadUTF8))+".", 1)
		}
		r := v.judge(set, raw)
		if _, matched := r.Key(); r.Outcome() != verify.Valid || !r.Verified() || !matched {
			t.Errorf("%s is %q: %+v", v.ID, reason(r), r.Checks)
		}
	}
	if raw { // or it need not be judged so
		if r := v.judge(sets[0], false); r.Outcome() != verify.Malformed {
			t.Errorf("%s is %q as a JWT", v.ID, reason(r))
		}
	}
}

// TestES256KOfPyJWT: no case needs its keys on secp256k1, so they sign one.
func TestES256KOfPyJWT(t *testing.T) {
	read := func(name string) key.Key {
		data, err := os.ReadFile(filepath.FromSlash(vectorFiles + "keys/pyjwt/tests/keys/" + name))
		if err != nil {
			t.Fatal(err)
		}
		set, err := key.Parse(data)
		if err != nil || len(set.Keys) != 1 || set.Keys[0].Kind() != key.Secp256k1 {
			t.Fatalf("%s holds %v: %v", name, set.Keys, err)
		}
		return set.Keys[0]
	}
	private, public := read("jwk_ec_key_secp256k1.json"), read("jwk_ec_pub_secp256k1.json")
	parsed := parse(t, signed(t, "ES256K", private, `{"alg":"ES256K","kid":"bilbo.baggins.256k@hobbiton.example"}`, `{}`))
	if r := verify.Token(parsed, setOf(public), verify.Policy{Now: now}); r.Outcome() != verify.Valid {
		t.Errorf("%q: %+v", reason(r), r.Checks)
	}
}

// A careless verifier, to show for what reason a token is rejected.

// alg is what the token's header says.
func (v vector) alg() string {
	header, _, _ := strings.Cut(v.Token, ".")
	var members struct{ Alg string }
	_ = json.Unmarshal(lenientBase64(header), &members)
	return members.Alg
}

// lenientBase64 drops what it does not know, and the last character's unused bits.
func lenientBase64(text string) []byte {
	data, _ := base64.RawURLEncoding.DecodeString(onlyBase64(text))
	return data
}

func onlyBase64(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r < 0x80 && strict.IsBase64URL(byte(r)) {
			return r
		}
		return -1
	}, text)
}

// passesCareless reports whether the signature is good, over the text as received
// or cleaned, whatever the rest of the token and of the key is like.
func (v vector) passesCareless(set key.Set) bool {
	dot := strings.LastIndexByte(v.Token, '.')
	a, known := alg.Lookup(v.alg())
	if dot < 0 || !known {
		return false
	}
	signature := lenientBase64(v.Token[dot+1:])
	return slices.ContainsFunc([]string{v.Token[:dot], onlyBase64(v.Token[:dot])}, func(input string) bool {
		return slices.ContainsFunc(set.Keys, func(k key.Key) bool {
			k.Alg = ""
			return a.Verify(k, []byte(input), signature) == nil || anySalt(k, v.alg(), input, signature)
		})
	})
}

func anySalt(k key.Key, name, input string, signature []byte) bool {
	hash, isPSS := map[string]crypto.Hash{"PS256": crypto.SHA256, "PS384": crypto.SHA384, "PS512": crypto.SHA512}[name]
	public, isRSA := k.Public().(*rsa.PublicKey)
	if !isPSS || !isRSA {
		return false
	}
	digest := hash.New()
	digest.Write([]byte(input))
	return rsa.VerifyPSS(public, hash, digest.Sum(nil), signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
}

// TestWycheproofForItsReason: no token is rejected because the key is no good. The
// key of each verifies another token; where it must not verify any, it verifies
// this one once the JWK no longer says so. Nor is a kid the reason.
func TestWycheproofForItsReason(t *testing.T) {
	cases := suiteOf("wycheproof_json_web_signature").load(t)
	parse := func(jwk json.RawMessage, without ...string) key.Set {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(jwk, &members); err != nil {
			t.Fatal(err)
		}
		for _, name := range without {
			delete(members, name)
		}
		text, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		set, err := key.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	works := map[string]bool{}
	for _, v := range cases {
		if v.want() == "accept" && v.judge(parse(v.Key), true).Outcome() == verify.Valid {
			works[string(v.Key)] = true
		}
	}
	var restricted []string
	for _, v := range cases {
		if v.want() != "reject" {
			continue
		}
		if r := v.judge(parse(v.Key, "kid"), true); r.Outcome() == verify.Valid {
			t.Errorf("%s is valid with a key without a kid", v.ID)
		}
		if works[string(v.Key)] {
			continue
		}
		restricted = append(restricted, v.ID)
		if r := v.judge(parse(v.Key, "use", "key_ops", "alg"), true); r.Outcome() != verify.Valid {
			t.Errorf("%s is %q with a key for all uses: %+v", v.ID, reason(r), r.Checks)
		}
	}
	if want := wycheproof(346, 347, 350, 351, 353, 354, 355, 356); !slices.Equal(restricted, want) {
		t.Errorf("the keys of %q verify nothing; want %q", restricted, want)
	}
}

// TestA3OpenSSHConfusion is CVE-2022-29217: the HMAC of a token is keyed with the
// text of a public key. The attack is real, and neither way to read the text falls
// for it.
func TestA3OpenSSHConfusion(t *testing.T) {
	want := map[string]string{
		"pyjwt/CVE-2022-29217/0/bad": "alg-refused, alg-not-for-key", "pyjwt/CVE-2022-29217/0/good": "valid",
		"pyjwt/CVE-2022-29217/1/bad": "alg-refused, alg-not-for-key", "pyjwt/CVE-2022-29217/1/good": "valid",
	}
	for _, v := range suiteOf("lib_pyjwt").load(t) {
		if v.SSH == "" {
			continue
		}
		sets, err := v.sets()
		if err != nil {
			t.Fatal(err)
		}
		if r := v.judge(sets[0], false); reason(r) != want[v.ID] {
			t.Errorf("%s is %q, want %q", v.ID, reason(r), want[v.ID])
		}
		delete(want, v.ID)
		if !strings.HasSuffix(v.ID, "/bad") {
			continue
		}
		dot := strings.LastIndexByte(v.Token, '.')
		mac := hmac.New(sha256.New, []byte(v.SSH))
		mac.Write([]byte(v.Token[:dot]))
		if strict.EncodeBase64URL(mac.Sum(nil)) != v.Token[dot+1:] {
			t.Errorf("%s is not keyed with the text of its public key", v.ID)
		}
		if _, err := key.NewSecret([]byte(v.SSH)); !errors.As(err, new(*key.NotSecretError)) {
			t.Errorf("%s: the public key as a secret: %v", v.ID, err)
		}
	}
	if len(want) > 0 {
		t.Errorf("no case %v", want)
	}
}
