// The list of functions that C_GetFunctionList hands out, in the order of pkcs11f.h.
#include "_cgo_export.h"

static unsigned long not_supported(void) { return 0x54; }

static struct {
  unsigned char version[2];
  void *functions[68];
} list = {{2, 40}, {0}};

void *function_list(void) {
  for (int i = 0; i < 68; i++) list.functions[i] = not_supported;
  list.functions[0] = C_Initialize;
  list.functions[4] = C_GetSlotList;
  list.functions[6] = C_GetTokenInfo;
  list.functions[12] = C_OpenSession;
  list.functions[13] = C_CloseSession;
  list.functions[18] = C_Login;
  list.functions[24] = C_GetAttributeValue;
  list.functions[26] = C_FindObjectsInit;
  list.functions[27] = C_FindObjects;
  list.functions[28] = C_FindObjectsFinal;
  list.functions[29] = C_EncryptInit;
  list.functions[30] = C_Encrypt;
  list.functions[33] = C_DecryptInit;
  list.functions[34] = C_Decrypt;
  list.functions[58] = C_GenerateKey;
  return &list;
}
