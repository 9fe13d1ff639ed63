/**
 * A throwaway certificate for 127.0.0.1 that nobody trusts, with its key: made for these tests, and used nowhere else. Made
 * with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500`.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoAjGau6zKI29WLsx
USRuNriPSkMICd2iR58Vgp0+Z2KhRANCAAQoeFfSI1YUxO9d/XRZDF1l2J37qytv
WUsg9/B3sYjFBiTWPha0QsSzXlQSS/7xIdLQc3ql2mIQRYH6bK+sg1LL
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBrzCCAVWgAwIBAgIUWZWwSoUXGrXib5K2h5tAhrs+SmMwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTQ2FzZWZvbGQgdGVzdHMgb25seTAgFw0yNjExMjgxMTE4NTFa
GA8yMTI2MTEwNDExMTg1MVowHjEcMBoGA1UEAwwTQ2FzZWZvbGQgdGVzdHMgb25s
eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCh4V9IjVhTE7139dFkMXWXYnfur
K29ZSyD38HexiMUGJNY+FrRCxLNeVBJL/vEh0tBzeqXaYhBFgfpsr6yDUsujbzBt
MB0GA1UdDgQWBBTnAGra+1ie0Ys9yDsCsPy/HglfxzAfBgNVHSMEGDAWgBTnAGra
+1ie0Ys9yDsCsPy/HglfxzAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGHBH8A
AAGCCWxvY2FsaG9zdDAKBggqhkjOPQQDAgNIADBFAiEAy3x+VwKrrgFH6u5W0nDo
WRVB0L9KWZLC+WyBDX0CnA8CIGR56w/zeGFHrTDQC7F2NKcdZIP0i3zJM+cOLaju
28m4
-----END CERTIFICATE-----
`,
};
